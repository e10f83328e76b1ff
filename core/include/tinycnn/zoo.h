// SPDX-License-Identifier: MIT
// The named architectures as data, in one table that the page, the package and the tests use.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// Options and number of epochs to train a model with.
struct Recipe {
  std::string_view title;
  int epochs = 0;
  TrainerOptions options{};
};

/// A named architecture.
struct ZooEntry {
  std::string_view id;
  std::string_view title;
  ModelSpec spec;
  std::int64_t parameters = 0;  ///< as summarize(spec) counts them
  std::int64_t macs = 0;        ///< multiply-adds of a forward pass of one image, likewise
  Recipe recipe;                ///< as published
  Recipe best_recipe;           ///< the default of the page
  std::string_view published;   ///< the published accuracy, as text
  std::string_view source;      ///< source of architecture and accuracy
};

/// Every named architecture, in the order of the table.
std::span<const ZooEntry> zoo();

/// Throws Error with a list of the known ids.
const ZooEntry& find_in_zoo(std::string_view id);

}  // namespace tinycnn
