// SPDX-License-Identifier: MIT
// Data sets by name or from IDX files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "output.h"
#include "tinycnn/dataset.h"
#include "tinycnn/trainer.h"

namespace tinycnn::command {

/// Images of one size with their labels, as plain memory.
struct LabelledImages {
  Images images{};
  std::vector<std::uint8_t> labels{};
};

struct LoadedData {
  std::string title;
  std::vector<std::string> classes{};
  LabelledImages train{};
  LabelledImages test{};
  std::string note{};  ///< what a reader should know
};

/// names: of a data set, or of files and folders that are one data set together. Throws Failure
/// with what was expected.
LoadedData load_data(const std::vector<std::string>& names, Output& output);

/// The same images for the same share as in the package: so many of every class.
struct HeldOut {
  LabelledImages train;
  LabelledImages validation;
};
HeldOut hold_out(const LabelledImages& all, double share);

bool are_digits(const std::vector<std::string>& classes);

/// One set after the other.
LabelledImages joined_sets(const LabelledImages& a, const LabelledImages& b);

/// A data set whose labels are those of the network's classes of the same names.
Dataset with_labels_of(const std::vector<std::string>& network_classes, const LabelledImages& set,
                       const std::vector<std::string>& classes);

}  // namespace tinycnn::command
