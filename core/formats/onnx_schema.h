// SPDX-License-Identifier: MIT
// Field numbers of ONNX's protocol buffers, as far as they are used here.
// https://onnx.ai/onnx/api/classes.html
#pragma once

#include <cstdint>

namespace tinycnn::onnx {

inline constexpr std::int64_t kIrVersion = 8;
inline constexpr std::int64_t kOpset = 17;

/// TensorProto.DataType
enum DataType : std::int64_t { kFloat = 1, kInt8 = 3, kInt32 = 6, kInt64 = 7 };
/// AttributeProto.AttributeType
enum AttributeType : std::int64_t { kAttributeFloat = 1, kAttributeInt = 2, kAttributeInts = 7 };

namespace model {
inline constexpr int kIrVersion = 1;
inline constexpr int kProducerName = 2;
inline constexpr int kProducerVersion = 3;
inline constexpr int kDocString = 6;
inline constexpr int kGraph = 7;
inline constexpr int kOpsetImport = 8;
inline constexpr int kMetadataProps = 14;
}  // namespace model
namespace opset {
inline constexpr int kDomain = 1;
inline constexpr int kVersion = 2;
}  // namespace opset
namespace entry {
inline constexpr int kKey = 1;
inline constexpr int kValue = 2;
}  // namespace entry
namespace graph {
inline constexpr int kNode = 1;
inline constexpr int kName = 2;
inline constexpr int kInitializer = 5;
inline constexpr int kInput = 11;
inline constexpr int kOutput = 12;
inline constexpr int kValueInfo = 13;
}  // namespace graph
namespace node {
inline constexpr int kInput = 1;
inline constexpr int kOutput = 2;
inline constexpr int kName = 3;
inline constexpr int kOpType = 4;
inline constexpr int kAttribute = 5;
inline constexpr int kDomain = 7;
}  // namespace node
namespace attribute {
inline constexpr int kName = 1;
inline constexpr int kFloat = 2;
inline constexpr int kInt = 3;
inline constexpr int kText = 4;
inline constexpr int kTensor = 5;
inline constexpr int kFloats = 7;
inline constexpr int kInts = 8;
inline constexpr int kType = 20;
}  // namespace attribute
namespace tensor {
inline constexpr int kDims = 1;
inline constexpr int kDataType = 2;
inline constexpr int kFloatData = 4;
inline constexpr int kInt32Data = 5;
inline constexpr int kInt64Data = 7;
inline constexpr int kName = 8;
inline constexpr int kRawData = 9;
inline constexpr int kDoubleData = 10;
inline constexpr int kDataLocation = 14;
}  // namespace tensor
namespace value_info {
inline constexpr int kName = 1;
inline constexpr int kType = 2;
}  // namespace value_info
namespace type {
inline constexpr int kTensor = 1;
inline constexpr int kElement = 1;  // TypeProto.Tensor
inline constexpr int kShape = 2;
inline constexpr int kDim = 1;  // TensorShapeProto
inline constexpr int kDimValue = 1;
inline constexpr int kDimParam = 2;
}  // namespace type

}  // namespace tinycnn::onnx
