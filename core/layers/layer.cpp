// SPDX-License-Identifier: MIT
#include "layers/layer.h"

#include "layers/conv2d.h"
#include "layers/flatten.h"
#include "layers/linear.h"
#include "layers/max_pool2d.h"
#include "layers/relu.h"
#include "tinycnn/error.h"

namespace tinycnn {

bool can_fuse_activation(LayerType type) {
  return type == LayerType::kConv2d || type == LayerType::kLinear;
}

std::unique_ptr<Layer> make_layer(const LayerSummary& summary, Activation activation) {
  switch (summary.spec.type) {
    case LayerType::kConv2d:
      return std::make_unique<Conv2d>(summary, activation);
    case LayerType::kLinear:
      return std::make_unique<Linear>(summary, activation);
    case LayerType::kMaxPool2d:
      return std::make_unique<MaxPool2d>(summary);
    case LayerType::kReLU:
      return std::make_unique<ReLU>();
    case LayerType::kFlatten:
      return std::make_unique<Flatten>();
  }
  fail("[model] unknown layer type");
}

}  // namespace tinycnn
