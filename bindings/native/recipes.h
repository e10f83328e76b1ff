// SPDX-License-Identifier: MIT
// What a recipe of the zoo means with the changes of a command line and on the present data: the
// arithmetic of the page, so that the same choices give the same weights everywhere.
#pragma once

#include <cstddef>
#include <string>

#include "arguments.h"
#include "tinycnn/zoo.h"

namespace tinycnn::command {

/// Options and epochs as `given` asks, with schedule and average stretched to so many training
/// images. are_digits: whether synthetic digits may be mixed in.
struct RunOptions {
  TrainerOptions options{};
  int epochs = 0;
};
RunOptions run_options(const ZooEntry& entry, const Arguments& given, std::size_t images,
                       bool are_digits);

}  // namespace tinycnn::command
