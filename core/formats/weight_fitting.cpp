// SPDX-License-Identifier: MIT
#include "formats/weight_fitting.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>

#include "support/text.h"

namespace tinycnn {
namespace {

std::string text_of(std::span<const int> shape) {
  std::string text = "[";
  for (const int side : shape) {
    text += concat(text.size() > 1 ? "," : "", side);
  }
  return text + "]";
}

/// "conv1.weight" to "conv1" and "weight".
std::string_view module_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
}
std::string_view kind_of(std::string_view name) { return name.substr(name.rfind('.') + 1); }

/// PyTorch's count of mini-batches, which nothing here needs.
bool is_counter(const NamedTensor& tensor) { return kind_of(tensor.name) == "num_batches_tracked"; }

/// The tensors of one module, in the order of the file.
struct Group {
  std::string_view module{};
  std::vector<NamedTensor*> tensors{};
  bool is_taken = false;

  [[nodiscard]] NamedTensor* find(std::string_view kind) const {
    for (NamedTensor* tensor : tensors) {
      if (kind_of(tensor->name) == kind) {
        return tensor;
      }
    }
    return nullptr;
  }
  /// Whether it has exactly the tensors of a layer.
  [[nodiscard]] bool fits(const LayerSummary& layer) const {
    return tensors.size() == layer.parameters.size() &&
           std::ranges::all_of(layer.parameters, [&](const ParameterSpec& wanted) {
             const NamedTensor* tensor = find(kind_of(wanted.name));
             return tensor != nullptr && tensor->shape == wanted.shape;
           });
  }
};

class Fitting {
 public:
  Fitting(const ModelSpec& spec, std::vector<NamedTensor>& tensors, std::vector<std::string>& notes)
      : summary_(summarize(spec)), notes_(notes) {
    std::map<std::string_view, std::size_t> places;
    for (NamedTensor& tensor : tensors) {
      if (is_counter(tensor)) {
        continue;
      }
      const std::string_view module = module_of(tensor.name);
      const auto [place, is_new] = places.emplace(module, groups_.size());
      if (is_new) {
        groups_.push_back({.module = module});
      }
      groups_[place->second].tensors.push_back(&tensor);
    }
  }

  std::vector<NamedTensor> run() {
    std::vector<Group*> chosen(summary_.layers.size(), nullptr);
    for (const LayerSummary& layer : summary_.layers) {
      Group* same = find(layer, true);
      take(same, chosen[static_cast<std::size_t>(layer.index)]);
    }
    for (const LayerSummary& layer : summary_.layers) {
      Group*& group = chosen[static_cast<std::size_t>(layer.index)];
      if (group == nullptr && !layer.parameters.empty()) {
        take(find(layer, false), group);
        if (group == nullptr) {
          refuse(layer);
        }
        notes_.push_back(
            concat("'", layer.spec.name, "' has the weights of '", group->module, "'."));
      }
    }
    note_unused();
    std::vector<NamedTensor> fitted;
    for (const LayerSummary& layer : summary_.layers) {
      for (const ParameterSpec& wanted : layer.parameters) {
        NamedTensor& tensor =
            *chosen[static_cast<std::size_t>(layer.index)]->find(kind_of(wanted.name));
        require_sound(tensor);
        fitted.push_back({.name = wanted.name, .shape = wanted.shape, .data = tensor.data});
      }
    }
    return fitted;
  }

 private:
  static void take(Group* group, Group*& place) {
    if (group != nullptr) {
      group->is_taken = true;
      place = group;
    }
  }

  Group* find(const LayerSummary& layer, bool by_name) {
    if (layer.parameters.empty()) {
      return nullptr;
    }
    for (Group& group : groups_) {
      if (!group.is_taken && (!by_name || group.module == layer.spec.name) && group.fits(layer)) {
        return &group;
      }
    }
    return nullptr;
  }

  [[noreturn]] void refuse(const LayerSummary& layer) const {
    std::string wanted;
    for (const ParameterSpec& parameter : layer.parameters) {
      wanted += concat(wanted.empty() ? "" : ", ", kind_of(parameter.name), " ",
                       text_of(parameter.shape));
    }
    std::string left;
    constexpr std::size_t kMaxShown = 300;
    for (const Group& group : groups_) {
      for (const NamedTensor* tensor : group.tensors) {
        if (!group.is_taken && left.size() < kMaxShown) {
          left += concat(left.empty() ? "" : ", ", tensor->name, " ", text_of(tensor->shape));
        }
      }
    }
    fail("[importModel] expected weights for the layer '", layer.spec.name, "' (", wanted,
         "), got ", left.empty() ? "no more" : left);
  }

  void note_unused() {
    for (const Group& group : groups_) {
      if (!group.is_taken) {
        notes_.push_back(concat("Nothing reads the tensors of '", group.module, "' (",
                                group.tensors.front()->name, ")."));
      }
    }
  }

  static void require_sound(const NamedTensor& tensor) {
    const bool is_variance = kind_of(tensor.name) == "running_var";
    for (const float value : tensor.data) {
      if (!std::isfinite(value) || (is_variance && value < 0.0F)) {
        fail("[importModel] expected ", is_variance ? "variances from 0" : "finite weights",
             ", got ", static_cast<double>(value), " in ", tensor.name);
      }
    }
  }

  ModelSummary summary_;
  std::vector<std::string>& notes_;
  std::vector<Group> groups_;
};

}  // namespace

std::vector<NamedTensor> fitted_weights(const ModelSpec& spec, std::vector<NamedTensor> tensors,
                                        std::vector<std::string>& notes) {
  return Fitting(spec, tensors, notes).run();
}

}  // namespace tinycnn
