// SPDX-License-Identifier: MIT
// Every named architecture as data, in one table; the page, the package and the tests read it here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// How to train a model.
struct Recipe {
  std::string_view title;
  int epochs = 0;
  TrainerOptions options{};
};

struct ZooEntry {
  std::string_view id;
  std::string_view title;
  ModelSpec spec;
  Recipe recipe;               ///< as published
  Recipe best_recipe;          ///< ours, which the page offers by default
  std::string_view published;  ///< the published figure, in words
  std::string_view source;     ///< where architecture and figure come from
};

std::span<const ZooEntry> zoo();

/// Throws Error that lists the known ids.
const ZooEntry& find_in_zoo(std::string_view id);

}  // namespace tinycnn
