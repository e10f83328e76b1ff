// SPDX-License-Identifier: MIT
// Field and operator numbers of TensorFlow Lite's schema, version 3, as far as they are used here.
// https://ai.google.dev/edge/litert
#pragma once

#include <cstdint>

namespace tinycnn::tflite {

inline constexpr std::uint32_t kVersion = 3;
inline constexpr const char* kIdentifier = "TFL3";

enum class TensorType : std::int8_t { kFloat32 = 0, kInt32 = 2, kInt8 = 9 };
enum class Padding : std::int8_t { kSame = 0, kValid = 1 };
enum class FusedActivation : std::int8_t { kNone = 0, kRelu = 1, kRelu6 = 3 };

enum class Operator : std::int8_t {
  kAdd = 0,
  kAveragePool2d = 1,
  kConcatenation = 2,
  kConv2d = 3,
  kDepthwiseConv2d = 4,
  kFullyConnected = 9,
  kLogistic = 14,
  kMaxPool2d = 17,
  kMul = 18,
  kRelu = 19,
  kRelu6 = 21,
  kReshape = 22,
  kSoftmax = 25,
  kTanh = 28,
  kPad = 34,
  kGather = 36,
  kTranspose = 39,
  kSub = 41,
  kDiv = 42,
  kExp = 47,
  kSplit = 49,
  kLogSoftmax = 50,
  kCast = 53,
  kPadV2 = 60,
  kLeakyRelu = 98,
  kAbs = 101,
  kQuantize = 114,
};

/// The type of an operator's options.
enum class Options : std::uint8_t {
  kNone = 0,
  kConv2d = 1,
  kDepthwiseConv2d = 2,
  kPool2d = 5,
  kFullyConnected = 8,
  kSoftmax = 9,
  kConcatenation = 10,
  kAdd = 11,
  kReshape = 17,
  kMul = 21,
  kPad = 22,
  kGather = 23,
  kTranspose = 26,
  kSub = 28,
  kDiv = 29,
  kExp = 33,
  kSplit = 35,
  kLogSoftmax = 36,
  kCast = 37,
  kPadV2 = 43,
  kLeakyRelu = 75,
  kQuantize = 84,
};

namespace model {
inline constexpr int kVersion = 0;
inline constexpr int kOperatorCodes = 1;
inline constexpr int kSubgraphs = 2;
inline constexpr int kDescription = 3;
inline constexpr int kBuffers = 4;
inline constexpr int kMetadata = 6;
}  // namespace model
namespace operator_code {
inline constexpr int kDeprecatedBuiltinCode = 0;
inline constexpr int kVersion = 2;
inline constexpr int kBuiltinCode = 3;
}  // namespace operator_code
namespace subgraph {
inline constexpr int kTensors = 0;
inline constexpr int kInputs = 1;
inline constexpr int kOutputs = 2;
inline constexpr int kOperators = 3;
inline constexpr int kName = 4;
}  // namespace subgraph
namespace tensor {
inline constexpr int kShape = 0;
inline constexpr int kType = 1;
inline constexpr int kBuffer = 2;
inline constexpr int kName = 3;
inline constexpr int kQuantization = 4;
inline constexpr int kShapeSignature = 7;
}  // namespace tensor
namespace quantization {
inline constexpr int kScale = 2;
inline constexpr int kZeroPoint = 3;
inline constexpr int kDimension = 6;
}  // namespace quantization
namespace operation {
inline constexpr int kOpcodeIndex = 0;
inline constexpr int kInputs = 1;
inline constexpr int kOutputs = 2;
inline constexpr int kOptionsType = 3;
inline constexpr int kOptions = 4;
}  // namespace operation
namespace buffer {
inline constexpr int kData = 0;
}  // namespace buffer
namespace metadata {
inline constexpr int kName = 0;
inline constexpr int kBuffer = 1;
}  // namespace metadata

namespace conv2d {
inline constexpr int kPadding = 0;
inline constexpr int kStrideWidth = 1;
inline constexpr int kStrideHeight = 2;
inline constexpr int kActivation = 3;
inline constexpr int kDilationWidth = 4;
inline constexpr int kDilationHeight = 5;
}  // namespace conv2d
namespace depthwise_conv2d {
inline constexpr int kDepthMultiplier = 3;
inline constexpr int kActivation = 4;
inline constexpr int kDilationWidth = 5;
inline constexpr int kDilationHeight = 6;
}  // namespace depthwise_conv2d
namespace pool2d {
inline constexpr int kPadding = 0;
inline constexpr int kStrideWidth = 1;
inline constexpr int kStrideHeight = 2;
inline constexpr int kFilterWidth = 3;
inline constexpr int kFilterHeight = 4;
}  // namespace pool2d
namespace concatenation {
inline constexpr int kAxis = 0;
}  // namespace concatenation
/// ADD, MUL, SUB, DIV and FULLY_CONNECTED.
namespace arithmetic {
inline constexpr int kActivation = 0;
}  // namespace arithmetic
namespace softmax {
inline constexpr int kBeta = 0;
}  // namespace softmax
namespace reshape {
inline constexpr int kNewShape = 0;
}  // namespace reshape
namespace split {
inline constexpr int kNumSplits = 0;
}  // namespace split
namespace leaky_relu {
inline constexpr int kAlpha = 0;
}  // namespace leaky_relu

}  // namespace tinycnn::tflite
