// SPDX-License-Identifier: MIT
#include "formats/trained_network.h"

#include <cmath>

#include "formats/model_json.h"
#include "support/text.h"

namespace tinycnn {
namespace {

std::string shape_text(std::span<const int> shape) {
  std::string text = "[";
  for (const int side : shape) {
    text += concat(text.size() > 1 ? "," : "", side);
  }
  return text + "]";
}

void require_tensor(const NamedTensor& tensor, const ParameterSpec& wanted) {
  if (tensor.name != wanted.name || tensor.shape != wanted.shape ||
      tensor.data.size() != wanted.size()) {
    fail("[exportModel] expected ", wanted.name, " of shape ", shape_text(wanted.shape), ", got ",
         tensor.name, " of shape ", shape_text(tensor.shape), " with ", tensor.data.size(),
         " values");
  }
  for (const float value : tensor.data) {
    if (!std::isfinite(value)) {
      fail("[exportModel] expected finite weights, got ", static_cast<double>(value), " in ",
           tensor.name, ": the training has diverged");
    }
  }
}

}  // namespace

TrainedNetwork::TrainedNetwork(const TrainedModel& model)
    : model_(model), summary_(summarize(model.spec)) {
  std::size_t count = 0;
  readers_.resize(summary_.layers.size() + 1);
  ranks_.push_back(Rank::kImage);
  for (const LayerSummary& layer : summary_.layers) {
    first_parameter_.push_back(count);
    count += layer.parameters.size();
    for (const int input : layer.inputs) {
      readers_[static_cast<std::size_t>(input + 1)].push_back(layer.index);
    }
    ranks_.push_back(layer.spec.type == LayerType::kFlatten ? Rank::kVector : rank_read_by(layer));
  }
  if (model_.parameters.size() != count) {
    fail("[exportModel] expected ", count, " tensors, got ", model_.parameters.size());
  }
  require_parameters();
}

void TrainedNetwork::require_parameters() const {
  std::size_t next = 0;
  for (const LayerSummary& layer : summary_.layers) {
    for (const ParameterSpec& wanted : layer.parameters) {
      require_tensor(model_.parameters[next++], wanted);
    }
  }
}

std::span<const float> TrainedNetwork::tensor(const LayerSummary& layer,
                                              std::string_view kind) const {
  const std::size_t first = first_parameter_[static_cast<std::size_t>(layer.index)];
  for (std::size_t i = 0; i < layer.parameters.size(); ++i) {
    if (std::string_view(layer.parameters[i].name).substr(layer.spec.name.size() + 1) == kind) {
      return model_.parameters[first + i].data;
    }
  }
  return {};
}

const Shape& TrainedNetwork::output_of(int index) const {
  return index < 0 ? summary_.input : summary_.layers[static_cast<std::size_t>(index)].output;
}

Rank TrainedNetwork::rank_read_by(const LayerSummary& layer) const {
  switch (layer.spec.type) {
    case LayerType::kConv2d:
    case LayerType::kMaxPool2d:
    case LayerType::kAvgPool2d:
    case LayerType::kGlobalAvgPool2d:
    case LayerType::kBatchNorm2d:
    case LayerType::kDropout2d:
    case LayerType::kZeroPad2d:
      return Rank::kImage;
    case LayerType::kLinear:
    case LayerType::kBatchNorm1d:
      return Rank::kVector;
    default:
      break;
  }
  const bool has_pixels = layer.output.height * layer.output.width > 1;
  if (layer.spec.type == LayerType::kMultiply && has_pixels) {
    return Rank::kImage;  // to which vectors are broadcast
  }
  for (const int input : layer.inputs) {
    if (rank_of(input) == Rank::kVector) {
      return Rank::kVector;
    }
  }
  return Rank::kImage;
}

std::vector<std::string> TrainedNetwork::class_names() const {
  std::vector<std::string> names = model_.options.class_names;
  for (int label = 0; names.size() < static_cast<std::size_t>(summary_.classes); ++label) {
    names.push_back(concat(label));
  }
  return names;
}

std::vector<std::pair<std::string, std::string>> metadata_of(const TrainedNetwork& network) {
  const TrainedModel& model = network.model();
  return {{"producer", "TinyCNN " TINYCNN_VERSION},
          {"spec", to_json(write_spec, model.spec)},
          {"class_names", to_json(write_texts, network.class_names())},
          {"normalize", to_json(write_normalization, model.options.normalization)},
          {"recipe", to_json(write_recipe, model.options)},
          {"step", concat(model.step)}};
}

}  // namespace tinycnn
