// SPDX-License-Identifier: MIT
#include "support/double_network.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>

namespace tinycnn::test {
namespace {

std::size_t at(int c, int y, int x, const Shape& shape) {
  return static_cast<std::size_t>((c * shape.height + y) * shape.width + x);
}

bool is_inside(const Shape& shape, int y, int x) {
  return y >= 0 && y < shape.height && x >= 0 && x < shape.width;
}

Values conv2d(const LayerSummary& layer, const LayerParameters& parameters, const Values& input) {
  const LayerSpec& spec = layer.spec;
  const auto [R, S] = spec.kernel_size;
  const int in_group = layer.input.channels / spec.groups;
  const int out_group = spec.out_channels / spec.groups;
  Values output;
  for (int k = 0; k < layer.output.channels; ++k) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        double sum = spec.bias ? parameters.bias[static_cast<std::size_t>(k)] : 0.0;
        for (int c = 0; c < in_group; ++c) {
          for (int r = 0; r < R; ++r) {
            for (int s = 0; s < S; ++s) {
              const int from_y =
                  y * spec.stride.height + r * spec.dilation.height - spec.padding.height;
              const int from_x =
                  x * spec.stride.width + s * spec.dilation.width - spec.padding.width;
              const auto w = static_cast<std::size_t>(((k * in_group + c) * R + r) * S + s);
              const int channel = k / out_group * in_group + c;
              sum += is_inside(layer.input, from_y, from_x)
                         ? parameters.weight[w] * input[at(channel, from_y, from_x, layer.input)]
                         : 0.0;
            }
          }
        }
        output.push_back(sum);
      }
    }
  }
  return output;
}

Values zero_pad2d(const LayerSummary& layer, const Values& input) {
  Values output;
  for (int c = 0; c < layer.output.channels; ++c) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        const int from_y = y - layer.spec.sides.top;
        const int from_x = x - layer.spec.sides.left;
        output.push_back(is_inside(layer.input, from_y, from_x)
                             ? input[at(c, from_y, from_x, layer.input)]
                             : 0.0);
      }
    }
  }
  return output;
}

/// Of maps and of vectors of their channels.
Values multiply(const LayerSummary& layer, const std::vector<const Values*>& inputs) {
  Values output(layer.output.size(), 1.0);
  const std::size_t pixels = output.size() / static_cast<std::size_t>(layer.output.channels);
  for (const Values* input : inputs) {
    for (std::size_t i = 0; i < output.size(); ++i) {
      output[i] *= (*input)[input->size() == output.size() ? i : i / pixels];
    }
  }
  return output;
}

Values linear(const LayerSummary& layer, const LayerParameters& parameters, const Values& input) {
  Values output(layer.output.size());
  for (std::size_t o = 0; o < output.size(); ++o) {
    output[o] = layer.spec.bias ? parameters.bias[o] : 0.0;
    for (std::size_t i = 0; i < input.size(); ++i) {
      output[o] += parameters.weight[o * input.size() + i] * input[i];
    }
  }
  return output;
}

/// Calls visit(output index, indices of the window's pixels inside the input) for each window.
template <class Visit>
void for_windows(const LayerSummary& layer, const Visit& visit) {
  const LayerSpec& spec = layer.spec;
  std::size_t to = 0;
  for (int c = 0; c < layer.output.channels; ++c) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        std::vector<std::size_t> window;
        for (int r = 0; r < spec.kernel_size.height; ++r) {
          for (int s = 0; s < spec.kernel_size.width; ++s) {
            const int from_y = y * spec.stride.height + r - spec.padding.height;
            const int from_x = x * spec.stride.width + s - spec.padding.width;
            if (is_inside(layer.input, from_y, from_x)) {
              window.push_back(at(c, from_y, from_x, layer.input));
            }
          }
        }
        visit(to++, window);
      }
    }
  }
}

Values max_pool2d(const LayerSummary& layer, const Values& input, std::vector<int>& branches) {
  Values output(layer.output.size());
  for_windows(layer, [&](std::size_t to, const std::vector<std::size_t>& window) {
    const std::size_t best =
        *std::ranges::max_element(window, {}, [&](std::size_t pixel) { return input[pixel]; });
    output[to] = input[best];
    branches.push_back(static_cast<int>(best));
  });
  return output;
}

/// Padding counts as zeros: the divisor is the whole kernel.
Values avg_pool2d(const LayerSummary& layer, const Values& input) {
  const Size2d& kernel = layer.spec.kernel_size;
  Values output(layer.output.size());
  for_windows(layer, [&](std::size_t to, const std::vector<std::size_t>& window) {
    for (const std::size_t pixel : window) {
      output[to] += input[pixel] / (kernel.height * kernel.width);
    }
  });
  return output;
}

Values leaky_relu(double slope, const Values& input, std::vector<int>& branches) {
  Values output;
  for (const double value : input) {
    output.push_back(value > 0.0 ? value : slope * value);
    branches.push_back(value > 0.0 ? 1 : 0);
  }
  return output;
}

Values relu6(const Values& input, std::vector<int>& branches) {
  Values output;
  for (const double value : input) {
    output.push_back(std::clamp(value, 0.0, 6.0));
    branches.push_back(value > 6.0 ? 2 : value > 0.0 ? 1 : 0);
  }
  return output;
}

double smooth(LayerType type, double x) {
  switch (type) {
    case LayerType::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case LayerType::kTanh:
      return std::tanh(x);
    case LayerType::kSiLU:
      return x / (1.0 + std::exp(-x));
    default:  // GELU
      return x * 0.5 * std::erfc(-x / std::numbers::sqrt2);
  }
}

/// What a fakeQuantize layer makes of a number.
double rounded(const LayerSpec& spec, double x) {
  const double integer = std::nearbyint(x / spec.scale);
  return spec.scale * std::clamp(integer, -128.0 - spec.zero_point, 127.0 - spec.zero_point);
}

Values log_softmax(const Values& input) {
  const double largest = std::ranges::max(input);
  double sum = 0.0;
  for (const double value : input) {
    sum += std::exp(value - largest);
  }
  Values output;
  for (const double value : input) {
    output.push_back(value - largest - std::log(sum));
  }
  return output;
}

Values exp_of(Values values) {
  for (double& value : values) {
    value = std::exp(value);
  }
  return values;
}

/// What all samples of a mini-batch have in common.
Samples batch_norm(const LayerSummary& layer, const LayerParameters& parameters, Samples values,
                   bool on_batch) {
  const auto channels = static_cast<std::size_t>(layer.input.channels);
  const std::size_t pixels = layer.input.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0.0;
    double variance = 0.0;
    const auto for_pixels = [&](const auto& visit) {
      for (Values& sample : values) {
        for (std::size_t p = 0; p < pixels; ++p) {
          visit(sample[c * pixels + p]);
        }
      }
    };
    const double count = static_cast<double>(values.size() * pixels);
    for_pixels([&](double value) { mean += value / count; });
    for_pixels([&](double value) { variance += (value - mean) * (value - mean) / count; });
    if (!on_batch) {
      mean = parameters.running_mean[c];
      variance = parameters.running_var[c];
    }
    const double scale = parameters.weight[c] / std::sqrt(variance + layer.spec.eps);
    for_pixels([&](double& value) { value = (value - mean) * scale + parameters.bias[c]; });
  }
  return values;
}

Samples dropout(const LayerSummary& layer, Samples values, const DropoutFactor& factor) {
  for (std::size_t sample = 0; sample < values.size() && factor; ++sample) {
    for (std::size_t i = 0; i < values[sample].size(); ++i) {
      values[sample][i] *= factor(layer, sample, i);
    }
  }
  return values;
}

/// Layers whose samples do not know of each other. inputs: of one sample.
Values run_sample(const LayerSummary& layer, const LayerParameters& parameters,
                  const std::vector<const Values*>& inputs, std::vector<int>& branches) {
  const Values& input = *inputs.front();
  Values output = input;
  switch (layer.spec.type) {
    case LayerType::kConv2d:
      return conv2d(layer, parameters, input);
    case LayerType::kLinear:
      return linear(layer, parameters, input);
    case LayerType::kMaxPool2d:
      return max_pool2d(layer, input, branches);
    case LayerType::kAvgPool2d:
    case LayerType::kGlobalAvgPool2d:
      return avg_pool2d(layer, input);
    case LayerType::kReLU:
      return leaky_relu(0.0, input, branches);
    case LayerType::kReLU6:
      return relu6(input, branches);
    case LayerType::kLeakyReLU:
      return leaky_relu(layer.spec.negative_slope, input, branches);
    case LayerType::kSigmoid:
    case LayerType::kTanh:
    case LayerType::kSiLU:
    case LayerType::kGELU:
      std::ranges::transform(input, output.begin(),
                             [&](double x) { return smooth(layer.spec.type, x); });
      return output;
    case LayerType::kFakeQuantize:
      std::ranges::transform(input, output.begin(),
                             [&](double x) { return rounded(layer.spec, x); });
      return output;
    case LayerType::kSoftmax:
      return exp_of(log_softmax(input));
    case LayerType::kLogSoftmax:
      return log_softmax(input);
    case LayerType::kAdd:
      for (std::size_t i = 1; i < inputs.size(); ++i) {
        std::ranges::transform(output, *inputs[i], output.begin(), std::plus());
      }
      return output;
    case LayerType::kZeroPad2d:
      return zero_pad2d(layer, input);
    case LayerType::kMultiply:
      return multiply(layer, inputs);
    case LayerType::kConcat:
      for (std::size_t i = 1; i < inputs.size(); ++i) {
        output.insert(output.end(), inputs[i]->begin(), inputs[i]->end());
      }
      return output;
    case LayerType::kFlatten:
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
    case LayerType::kDropout:
    case LayerType::kDropout2d:
      break;
  }
  return output;
}

}  // namespace

Samples run_layer(const LayerSummary& layer, const LayerParameters& parameters,
                  const std::vector<const Samples*>& inputs, const Behavior& behavior,
                  std::vector<int>& branches) {
  switch (layer.spec.type) {
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
      return batch_norm(layer, parameters, *inputs.front(), behavior.on_batch);
    case LayerType::kDropout:
    case LayerType::kDropout2d:
      return dropout(layer, *inputs.front(), behavior.dropout);
    default:
      break;
  }
  Samples outputs;
  for (std::size_t sample = 0; sample < inputs.front()->size(); ++sample) {
    std::vector<const Values*> of_sample;
    for (const Samples* input : inputs) {
      of_sample.push_back(&(*input)[sample]);
    }
    outputs.push_back(run_sample(layer, parameters, of_sample, branches));
  }
  return outputs;
}

std::vector<double>::const_iterator read_parameters(const LayerSummary& layer,
                                                    std::vector<double>::const_iterator values,
                                                    LayerParameters& parameters) {
  for (const ParameterSpec& spec : layer.parameters) {
    std::vector<double>& part = spec.name.ends_with(".bias")           ? parameters.bias
                                : spec.name.ends_with(".running_mean") ? parameters.running_mean
                                : spec.name.ends_with(".running_var")  ? parameters.running_var
                                                                       : parameters.weight;
    const auto end = values + static_cast<std::ptrdiff_t>(spec.size());
    part.assign(values, end);
    values = end;
  }
  return values;
}

DoubleNetwork::DoubleNetwork(std::vector<LayerSummary> layers)
    : layers_(std::move(layers)), parameters_(layers_.size()) {}

void DoubleNetwork::set_parameters(const std::vector<double>& values) {
  auto next = values.begin();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    next = read_parameters(layers_[i], next, parameters_[i]);
  }
}

NetworkPass DoubleNetwork::forward(const Samples& inputs, const Behavior& behavior) const {
  NetworkPass pass;
  pass.outputs.reserve(layers_.size());  // inputs below point into it
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    std::vector<const Samples*> read;
    for (const int source : layers_[i].inputs) {
      read.push_back(source < 0 ? &inputs : &pass.outputs[static_cast<std::size_t>(source)]);
    }
    pass.outputs.push_back(run_layer(layers_[i], parameters_[i], read, behavior, pass.branches));
  }
  return pass;
}

double loss_of(const LossOptions& loss, const std::vector<double>& outputs, int label) {
  const auto target = static_cast<std::size_t>(label);
  const auto classes = static_cast<double>(outputs.size());
  if (loss.type == LossType::kNegativeLogLikelihood) {
    return -outputs[target];
  }
  double sum = 0.0;
  if (loss.type == LossType::kMeanSquaredError) {
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const double distance = outputs[k] - (k == target ? 1.0 : 0.0);
      sum += distance * distance / classes;
    }
    return sum;
  }
  const Values log_probabilities = log_softmax(outputs);
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const double share =
        loss.label_smoothing / classes + (k == target ? 1.0 - loss.label_smoothing : 0.0);
    sum -= share * log_probabilities[k];
  }
  return sum;
}

}  // namespace tinycnn::test
