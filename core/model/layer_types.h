// SPDX-License-Identifier: MIT
// The table of layer types: everything about a type that is data. Parsing, printing, checkpoints,
// shape inference, fusion and the bindings read it.
//
// A new type without new fields takes an enumerator in model_spec.h, a row here, a rule in
// layer_shapes.cpp if it changes the shape or has parameters, and a layer in layers/.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "tinycnn/model_spec.h"

namespace tinycnn {

namespace layer_fields_table {

using Layer = Field<LayerSpec>;
inline constexpr Layer kOutChannels{"outChannels", &LayerSpec::out_channels};
inline constexpr Layer kOutFeatures{"outFeatures", &LayerSpec::out_features};
inline constexpr Layer kKernelSize{"kernelSize", &LayerSpec::kernel_size, 1};
inline constexpr Layer kStride{"stride", &LayerSpec::stride, 1};
inline constexpr Layer kPadding{"padding", &LayerSpec::padding, 0};
inline constexpr Layer kGroups{"groups", &LayerSpec::groups};
inline constexpr Layer kBias{"bias", &LayerSpec::bias};
inline constexpr Layer kP{"p", &LayerSpec::p};
inline constexpr Layer kNegativeSlope{"negativeSlope", &LayerSpec::negative_slope};
inline constexpr Layer kEps{"eps", &LayerSpec::eps};
inline constexpr Layer kMomentum{"momentum", &LayerSpec::momentum};
inline constexpr Layer kFrozen{"frozen", &LayerSpec::frozen};
inline constexpr Layer kScale{"scale", &LayerSpec::scale};
inline constexpr Layer kZeroPoint{"zeroPoint", &LayerSpec::zero_point};
inline constexpr Layer kInputScale{"inputScale", &LayerSpec::input_scale};
inline constexpr Layer kDilation{"dilation", &LayerSpec::dilation, 1};
inline constexpr Layer kSides{"padding", &LayerSpec::sides};

/// Every field. Checkpoints store them in this order: changing it changes their format.
inline constexpr std::array kAll{
    kOutChannels, kOutFeatures, kKernelSize,    kStride,   kPadding,  kGroups,
    kBias,        kP,           kNegativeSlope, kEps,      kMomentum, kFrozen,
    kScale,       kZeroPoint,   kInputScale,    kDilation, kSides};

inline constexpr std::array kConv2d{kOutChannels, kKernelSize, kStride, kPadding,   kDilation,
                                    kGroups,      kBias,       kFrozen, kInputScale};
inline constexpr std::array kZeroPad2d{kSides};
inline constexpr std::array kPool2d{kKernelSize, kStride, kPadding};
inline constexpr std::array kLinear{kOutFeatures, kBias, kFrozen, kInputScale};
inline constexpr std::array kBatchNorm{kEps, kMomentum, kFrozen};
inline constexpr std::array kDropout{kP};
inline constexpr std::array kLeakyReLU{kNegativeSlope};
inline constexpr std::array kFakeQuantize{kScale, kZeroPoint};

}  // namespace layer_fields_table

/// How many layers a layer reads.
enum class InputCount : std::uint8_t { kOne, kSeveral };

/// Which neighbouring ReLU a layer can apply itself, so that the ReLU needs no pass of its own.
enum class ReLUFusion : std::uint8_t {
  kNone,
  kAfter,   ///< the one that reads its output
  kBefore,  ///< the one whose output it reads
};

struct LayerTypeInfo {
  LayerType type{};
  std::string_view name;
  std::span<const Field<LayerSpec>> fields{};  ///< besides name, type and from
  InputCount inputs = InputCount::kOne;
  bool keeps_shape = false;   ///< the output has the shape of the input
  bool needs_vector = false;  ///< the input must be [C,1,1]
  bool is_view = false;       ///< the output is the input's memory under another shape
  ReLUFusion relu_fusion = ReLUFusion::kNone;
};

/// In the order of LayerType's values.
inline constexpr std::array<LayerTypeInfo, 24> kLayerTypes{{
    {.type = LayerType::kConv2d,
     .name = "conv2d",
     .fields = layer_fields_table::kConv2d,
     .relu_fusion = ReLUFusion::kAfter},
    {.type = LayerType::kReLU, .name = "relu", .keeps_shape = true},
    {.type = LayerType::kMaxPool2d,
     .name = "maxPool2d",
     .fields = layer_fields_table::kPool2d,
     .relu_fusion = ReLUFusion::kBefore},
    {.type = LayerType::kFlatten, .name = "flatten", .is_view = true},
    {.type = LayerType::kLinear,
     .name = "linear",
     .fields = layer_fields_table::kLinear,
     .needs_vector = true,
     .relu_fusion = ReLUFusion::kAfter},
    {.type = LayerType::kBatchNorm2d,
     .name = "batchNorm2d",
     .fields = layer_fields_table::kBatchNorm,
     .keeps_shape = true},
    {.type = LayerType::kBatchNorm1d,
     .name = "batchNorm1d",
     .fields = layer_fields_table::kBatchNorm,
     .keeps_shape = true,
     .needs_vector = true},
    {.type = LayerType::kDropout,
     .name = "dropout",
     .fields = layer_fields_table::kDropout,
     .keeps_shape = true},
    {.type = LayerType::kDropout2d,
     .name = "dropout2d",
     .fields = layer_fields_table::kDropout,
     .keeps_shape = true},
    {.type = LayerType::kAvgPool2d, .name = "avgPool2d", .fields = layer_fields_table::kPool2d},
    {.type = LayerType::kGlobalAvgPool2d, .name = "globalAvgPool2d"},
    {.type = LayerType::kAdd, .name = "add", .inputs = InputCount::kSeveral},
    {.type = LayerType::kConcat, .name = "concat", .inputs = InputCount::kSeveral},
    {.type = LayerType::kLeakyReLU,
     .name = "leakyReLU",
     .fields = layer_fields_table::kLeakyReLU,
     .keeps_shape = true},
    {.type = LayerType::kSigmoid, .name = "sigmoid", .keeps_shape = true},
    {.type = LayerType::kTanh, .name = "tanh", .keeps_shape = true},
    {.type = LayerType::kSiLU, .name = "silu", .keeps_shape = true},
    {.type = LayerType::kGELU, .name = "gelu", .keeps_shape = true},
    {.type = LayerType::kSoftmax, .name = "softmax", .keeps_shape = true, .needs_vector = true},
    {.type = LayerType::kLogSoftmax,
     .name = "logSoftmax",
     .keeps_shape = true,
     .needs_vector = true},
    {.type = LayerType::kFakeQuantize,
     .name = "fakeQuantize",
     .fields = layer_fields_table::kFakeQuantize,
     .keeps_shape = true},
    {.type = LayerType::kReLU6, .name = "relu6", .keeps_shape = true},
    {.type = LayerType::kZeroPad2d, .name = "zeroPad2d", .fields = layer_fields_table::kZeroPad2d},
    {.type = LayerType::kMultiply, .name = "multiply", .inputs = InputCount::kSeveral},
}};

constexpr bool is_known(LayerType type) {
  return static_cast<std::size_t>(type) < kLayerTypes.size();
}

/// type: a known one.
constexpr const LayerTypeInfo& info_of(LayerType type) {
  return kLayerTypes[static_cast<std::size_t>(type)];
}

static_assert(
    [] {
      for (std::size_t i = 0; i < kLayerTypes.size(); ++i) {
        if (static_cast<std::size_t>(kLayerTypes[i].type) != i) {
          return false;
        }
      }
      return true;
    }(),
    "the rows must be in the order of the types");

}  // namespace tinycnn
