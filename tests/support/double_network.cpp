// SPDX-License-Identifier: MIT
#include "support/double_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tinycnn::test {
namespace {

using Values = std::vector<double>;

std::size_t at(int c, int y, int x, const Shape& shape) {
  return static_cast<std::size_t>((c * shape.height + y) * shape.width + x);
}

Values conv2d(const LayerSummary& layer, const LayerParameters& parameters, const Values& input) {
  const LayerSpec& spec = layer.spec;
  const auto [R, S] = spec.kernel_size;
  Values output;
  for (int k = 0; k < layer.output.channels; ++k) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        double sum = spec.bias ? parameters.bias[static_cast<std::size_t>(k)] : 0.0;
        for (int c = 0; c < layer.input.channels; ++c) {
          for (int r = 0; r < R; ++r) {
            for (int s = 0; s < S; ++s) {
              const int from_y = y * spec.stride.height + r - spec.padding.height;
              const int from_x = x * spec.stride.width + s - spec.padding.width;
              const bool inside = from_y >= 0 && from_y < layer.input.height && from_x >= 0 &&
                                  from_x < layer.input.width;
              const auto w =
                  static_cast<std::size_t>(((k * layer.input.channels + c) * R + r) * S + s);
              sum +=
                  inside ? parameters.weight[w] * input[at(c, from_y, from_x, layer.input)] : 0.0;
            }
          }
        }
        output.push_back(sum);
      }
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

Values max_pool2d(const LayerSummary& layer, const Values& input, std::vector<int>& branches) {
  const LayerSpec& spec = layer.spec;
  Values output;
  for (int c = 0; c < layer.output.channels; ++c) {
    for (int y = 0; y < layer.output.height; ++y) {
      for (int x = 0; x < layer.output.width; ++x) {
        std::size_t best = at(c, y * spec.stride.height, x * spec.stride.width, layer.input);
        for (int r = 0; r < spec.kernel_size.height; ++r) {
          for (int s = 0; s < spec.kernel_size.width; ++s) {
            const std::size_t here =
                at(c, y * spec.stride.height + r, x * spec.stride.width + s, layer.input);
            best = input[here] > input[best] ? here : best;
          }
        }
        output.push_back(input[best]);
        branches.push_back(static_cast<int>(best));
      }
    }
  }
  return output;
}

Values relu(const Values& input, std::vector<int>& branches) {
  Values output;
  for (const double value : input) {
    output.push_back(std::max(value, 0.0));
    branches.push_back(value > 0.0 ? 1 : 0);
  }
  return output;
}

}  // namespace

DoubleNetwork::DoubleNetwork(std::vector<LayerSummary> layers)
    : layers_(std::move(layers)), parameters_(layers_.size()) {}

void DoubleNetwork::set_parameters(const std::vector<double>& values) {
  auto next = values.begin();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const ParameterSpec& spec : layers_[i].parameters) {
      auto& part = spec.name.ends_with(".bias") ? parameters_[i].bias : parameters_[i].weight;
      const auto end = next + static_cast<std::ptrdiff_t>(spec.size());
      part.assign(next, end);
      next = end;
    }
  }
}

Pass DoubleNetwork::forward(const std::vector<double>& input) const {
  Pass pass;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerSummary& layer = layers_[i];
    const int source = layer.inputs.front();
    const Values& in = source < 0 ? input : pass.outputs[static_cast<std::size_t>(source)];
    switch (layer.spec.type) {
      case LayerType::kConv2d:
        pass.outputs.push_back(conv2d(layer, parameters_[i], in));
        break;
      case LayerType::kLinear:
        pass.outputs.push_back(linear(layer, parameters_[i], in));
        break;
      case LayerType::kMaxPool2d:
        pass.outputs.push_back(max_pool2d(layer, in, pass.branches));
        break;
      case LayerType::kReLU:
        pass.outputs.push_back(relu(in, pass.branches));
        break;
      case LayerType::kFlatten:
        pass.outputs.push_back(Values(in));
        break;
    }
  }
  return pass;
}

double cross_entropy(const std::vector<double>& logits, int label) {
  const double largest = std::ranges::max(logits);
  double sum = 0.0;
  for (const double logit : logits) {
    sum += std::exp(logit - largest);
  }
  return std::log(sum) + largest - logits[static_cast<std::size_t>(label)];
}

}  // namespace tinycnn::test
