// SPDX-License-Identifier: MIT
// Which channels of a network can only go together: those that are added to each other, or that the
// groups of a convolution tie. Each set of tied channels has a number.
#pragma once

#include <span>
#include <vector>

#include "tinycnn/model_spec.h"

namespace tinycnn {

class ChannelTies {
 public:
  explicit ChannelTies(const ModelSummary& summary);

  /// The number of the set that each channel of what layer `index` (-1: the input) gives belongs
  /// to.
  [[nodiscard]] std::span<const int> sets_of(int index) const {
    return sets_[static_cast<std::size_t>(index + 1)];
  }
  [[nodiscard]] int count() const { return static_cast<int>(stays_.size()); }
  /// Whether a set cannot go.
  [[nodiscard]] bool stays(int set) const { return stays_[static_cast<std::size_t>(set)]; }

 private:
  std::vector<std::vector<int>> sets_;  // of the input, then of each layer
  std::vector<bool> stays_;
};

}  // namespace tinycnn
