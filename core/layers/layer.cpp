// SPDX-License-Identifier: MIT
#include "layers/layer.h"

#include "layers/activation.h"
#include "layers/avg_pool2d.h"
#include "layers/batch_norm.h"
#include "layers/conv2d.h"
#include "layers/dropout.h"
#include "layers/fake_quantize.h"
#include "layers/flatten.h"
#include "layers/join.h"
#include "layers/linear.h"
#include "layers/max_pool2d.h"
#include "layers/relu.h"
#include "layers/softmax.h"
#include "layers/zero_pad2d.h"
#include "support/text.h"

namespace tinycnn {

std::unique_ptr<Layer> make_layer(const LayerSummary& summary, Activation activation) {
  using kernels::ActivationType;
  const auto elementwise = [&](ActivationType type) {
    return std::make_unique<ElementwiseActivation>(type, summary.spec.negative_slope);
  };
  switch (summary.spec.type) {
    case LayerType::kConv2d:
      return std::make_unique<Conv2d>(summary, activation);
    case LayerType::kLinear:
      return std::make_unique<Linear>(summary, activation);
    case LayerType::kMaxPool2d:
      return std::make_unique<MaxPool2d>(summary, activation);
    case LayerType::kAvgPool2d:
    case LayerType::kGlobalAvgPool2d:
      return std::make_unique<AvgPool2d>(summary);
    case LayerType::kReLU:
      return std::make_unique<ReLU>();
    case LayerType::kLeakyReLU:
      return elementwise(ActivationType::kLeakyReLU);
    case LayerType::kReLU6:
      return elementwise(ActivationType::kReLU6);
    case LayerType::kSigmoid:
      return elementwise(ActivationType::kSigmoid);
    case LayerType::kTanh:
      return elementwise(ActivationType::kTanh);
    case LayerType::kSiLU:
      return elementwise(ActivationType::kSiLU);
    case LayerType::kGELU:
      return elementwise(ActivationType::kGELU);
    case LayerType::kSoftmax:
      return std::make_unique<Softmax>();
    case LayerType::kLogSoftmax:
      return std::make_unique<LogSoftmax>();
    case LayerType::kFlatten:
      return std::make_unique<Flatten>();
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
      return std::make_unique<BatchNorm>(summary);
    case LayerType::kDropout:
    case LayerType::kDropout2d:
      return std::make_unique<Dropout>(summary);
    case LayerType::kFakeQuantize:
      return std::make_unique<FakeQuantize>(summary.spec);
    case LayerType::kZeroPad2d:
      return std::make_unique<ZeroPad2d>(summary);
    case LayerType::kAdd:
      return std::make_unique<Add>();
    case LayerType::kMultiply:
      return std::make_unique<Multiply>(summary);
    case LayerType::kConcat:
      return std::make_unique<Concat>();
  }
  fail("[model] unknown layer type");
}

}  // namespace tinycnn
