// SPDX-License-Identifier: MIT
// A network as data, and what follows from the data alone: shapes, parameters and multiply-adds,
// before anything is allocated. Names and meanings are those of PyTorch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tinycnn/field.h"
#include "tinycnn/shape.h"

namespace tinycnn {

/// The name of the model's input in a layer's `from`.
inline constexpr std::string_view kInputName = "input";

/// The maximum number of layers that one layer can read.
inline constexpr std::size_t kMaxInputs = 8;

/// The types of layers, with the members of LayerSpec that each uses.
enum class LayerType : std::uint8_t {
  kConv2d = 0,       ///< torch.nn.Conv2d: out_channels, kernel_size, stride, padding,
                     ///< dilation, groups, bias
  kReLU = 1,         ///< torch.nn.ReLU
  kMaxPool2d = 2,    ///< torch.nn.MaxPool2d: kernel_size, stride (default: kernel_size), padding
  kFlatten = 3,      ///< torch.nn.Flatten: [C,H,W] to [C*H*W], channels outermost
  kLinear = 4,       ///< torch.nn.Linear ("dense"): out_features, bias
  kBatchNorm2d = 5,  ///< torch.nn.BatchNorm2d: eps, momentum
  kBatchNorm1d = 6,  ///< torch.nn.BatchNorm1d of a vector: eps, momentum. A mini-batch with one
                     ///< value per channel gives the bias; running statistics do not change.
  kDropout = 7,      ///< torch.nn.Dropout: p
  kDropout2d = 8,    ///< torch.nn.Dropout2d, whole channels: p
  kAvgPool2d = 9,    ///< torch.nn.AvgPool2d: kernel_size, stride, padding (counted as zeros)
  kGlobalAvgPool2d = 10,  ///< torch.nn.AdaptiveAvgPool2d(1)
  kAdd = 11,              ///< sum of two or more layers of one shape
  kConcat = 12,           ///< torch.cat over channels of two or more layers
  kLeakyReLU = 13,        ///< torch.nn.LeakyReLU: negative_slope
  kSigmoid = 14,          ///< torch.nn.Sigmoid
  kTanh = 15,             ///< torch.nn.Tanh
  kSiLU = 16,             ///< torch.nn.SiLU
  kGELU = 17,             ///< torch.nn.GELU
  kSoftmax = 18,          ///< torch.nn.Softmax(dim=1) of a vector
  kLogSoftmax = 19,       ///< torch.nn.LogSoftmax(dim=1) of a vector
  kFakeQuantize = 20,     ///< torch.fake_quantize_per_tensor_affine to int8: scale, zero_point
  kReLU6 = 21,            ///< torch.nn.ReLU6
  kZeroPad2d = 22,        ///< torch.nn.ZeroPad2d: sides
  kMultiply = 23,         ///< elementwise product of two or more layers of one shape, or of vectors
                          ///< [C,1,1], whose values multiply channels
};

/// The name of a type in texts and in JavaScript: "conv2d", "relu", "maxPool2d", …
std::string_view to_string(LayerType type);

/// Inverse of to_string. Throws Error with a list of the known names.
LayerType layer_type_from_string(std::string_view name);

/// One layer. Fields that its type does not use are ignored.
struct LayerSpec {
  std::string name;  ///< unique in the model; prefix of its parameters' names
  LayerType type = LayerType::kReLU;
  std::vector<std::string> from{};  ///< names of its inputs; empty: the layer before
  int out_channels = 0;             ///< conv2d
  int out_features = 0;             ///< linear
  Size2d kernel_size{};             ///< conv2d, pooling
  Size2d stride{};                  ///< conv2d: 0 means 1; pooling: 0 means kernel_size
  Size2d padding{};                 ///< on each side; pooling: up to half the kernel
  int groups = 1;                   ///< conv2d: divides input and output channels
  bool bias = true;                 ///< conv2d, linear
  double p = 0.5;                   ///< dropout: from 0 to below 1
  double negative_slope = 0.01;     ///< leakyReLU
  double eps = 1e-5;                ///< batchNorm: added to the variance
  double momentum = 0.1;  ///< batchNorm: weight of the mini-batch in the running statistics
  /// conv2d, linear, batchNorm: training leaves its parameters as they are (PyTorch:
  /// requires_grad_(False)). Batch norm then normalizes by its running statistics, which do not
  /// change either (PyTorch: eval()).
  bool frozen = false;
  double scale = 1.0;  ///< fakeQuantize: rounds to scale * integers; above 0
  int zero_point = 0;  ///< fakeQuantize: the integer of 0, from -128 to 127
  /// conv2d, linear: if above 0, weights are rounded to int8, per output channel (linear: per
  /// layer), and biases to integers in units of this scale of the input times that of the weights.
  /// Training changes the weights before rounding.
  double input_scale = 0.0;
  Size2d dilation{1, 1};  ///< conv2d: from one tap of the kernel to the next
  Sides2d sides{};        ///< zeroPad2d: its padding

  friend bool operator==(const LayerSpec&, const LayerSpec&) = default;
};

/// The fields that layers of a type use besides name, type and from. Throws Error for an unknown
/// type.
std::span<const Field<LayerSpec>> layer_fields(LayerType type);

/// Whether a field of a layer is one that specs leave out while it has its default.
bool is_left_out(const LayerSpec& layer, std::string_view field);

/// A network as data: layers in order, of which the last gives a vector of class scores.
struct ModelSpec {
  std::string name;
  Shape input{};  ///< of one sample
  std::vector<LayerSpec> layers;

  friend bool operator==(const ModelSpec&, const ModelSpec&) = default;
};

/// One learnable tensor, named and shaped as in PyTorch's state_dict.
struct ParameterSpec {
  std::string name;        ///< "conv1.weight"
  std::vector<int> shape;  ///< conv2d.weight [K,C,R,S], linear.weight [out,in], bias [K]
  int fan_in = 0;          ///< inputs of one output: C*R*S or in_features; 0: not random
  float initial = 0.0F;    ///< initial value if it is not random
  bool trainable = true;   ///< false: a buffer (running statistics), not counted as a parameter
  bool frozen = false;     ///< of a frozen layer: counted as a parameter, but not trained

  /// Whether it has a gradient.
  [[nodiscard]] bool is_trained() const { return trainable && !frozen; }

  [[nodiscard]] std::size_t size() const;
};

/// What follows from the spec of a layer at its position in the model.
struct LayerSummary {
  LayerSpec spec;           ///< with stride resolved
  int index = 0;            ///< position in the model
  std::vector<int> inputs;  ///< indices of the layers it reads; -1 is the model's input
  Shape input{};            ///< shape of the first input
  Shape output{};
  std::vector<ParameterSpec> parameters;
  std::int64_t parameter_count = 0;
  std::int64_t macs = 0;  ///< multiply-adds of one sample's forward pass
  /// What a training step of one sample costs, forward and backward: multiply-adds, window pixels
  /// of pooling (8 each) and activations read or written (8 each, padding included).
  std::int64_t operations = 0;
};

/// The largest models that summarize accepts, the same on every machine. A training step of one
/// sample is computed for a block of 8 and takes seconds at most.
inline constexpr std::int64_t kMaxLayers = 1024;
inline constexpr std::int64_t kMaxSide = 4096;                          ///< of an image or kernel
inline constexpr std::int64_t kMaxChannels = 1 << 20;                   ///< or features
inline constexpr std::int64_t kMaxParameters = std::int64_t{1} << 26;   ///< of a model
inline constexpr std::int64_t kMaxActivations = std::int64_t{1} << 26;  ///< of a layer, padded
inline constexpr std::int64_t kMaxOperations = std::int64_t{1} << 31;   ///< of a model
/// Inputs of an output with weights of int8: the sum of their products, at most 127 * 255 each,
/// fits 32 bits together with the bias.
inline constexpr std::size_t kMaxInt8Inputs = 65'000;

/// What follows from the spec of a model.
struct ModelSummary {
  Shape input{};
  std::vector<LayerSummary> layers;
  std::int64_t parameter_count = 0;
  std::int64_t macs = 0;
  std::int64_t operations = 0;
  int classes = 0;  ///< length of the last layer's output
};

/// Checks a spec and derives its shapes and counts. At least one layer with parameters must not be
/// frozen. Throws Error that names the layer, what it expected and what it got, also for models
/// beyond the limits above. Model and Trainer check the memory: each of its parts may take 1 GiB
/// (see Trainer).
ModelSummary summarize(const ModelSpec& spec);

}  // namespace tinycnn
