// SPDX-License-Identifier: MIT
// A trained model as the writers of formats read it: shapes, who reads whom, and each layer's
// tensors.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tinycnn/model_export.h"

namespace tinycnn {

/// Formats with [N,C,H,W] and [N,C] tensors tell them apart even where H and W are 1; the engine
/// does not.
enum class Rank : std::uint8_t { kVector, kImage };

class TrainedNetwork {
 public:
  /// Throws Error as export_model does. The model must outlive it.
  explicit TrainedNetwork(const TrainedModel& model);

  [[nodiscard]] const TrainedModel& model() const { return model_; }
  [[nodiscard]] const ModelSummary& summary() const { return summary_; }
  [[nodiscard]] std::span<const LayerSummary> layers() const { return summary_.layers; }

  /// A tensor of a layer by the last part of its name: "weight", "bias", "running_mean". Empty if
  /// the layer has none.
  [[nodiscard]] std::span<const float> tensor(const LayerSummary& layer,
                                              std::string_view kind) const;
  /// The layers that read layer `index` (-1: the input), in order; one for each time it is read.
  [[nodiscard]] std::span<const int> readers(int index) const {
    return readers_[static_cast<std::size_t>(index + 1)];
  }
  [[nodiscard]] const Shape& output_of(int index) const;
  /// As what layer `index` (-1: the input) gives its output, where its readers do not change it.
  [[nodiscard]] Rank rank_of(int index) const {
    return ranks_[static_cast<std::size_t>(index + 1)];
  }
  /// As what a layer must be given its inputs.
  [[nodiscard]] Rank rank_read_by(const LayerSummary& layer) const;
  /// The names of the classes, by default '0', '1' and so on.
  [[nodiscard]] std::vector<std::string> class_names() const;

 private:
  void require_parameters() const;

  const TrainedModel& model_;
  ModelSummary summary_;
  std::vector<std::size_t> first_parameter_;  // of each layer
  std::vector<std::vector<int>> readers_;     // of the input, then of each layer
  std::vector<Rank> ranks_;                   // likewise
};

/// What a file says of its network besides the network itself: pairs of a key and JSON.
std::vector<std::pair<std::string, std::string>> metadata_of(const TrainedNetwork& network);

}  // namespace tinycnn
