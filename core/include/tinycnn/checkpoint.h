// SPDX-License-Identifier: MIT
// The complete state of a training run as bytes, little endian:
//   "TINYCNN\n"  u32 version  u64 payload length  payload  u64 FNV-1a of the payload
// The payload is the spec, the class names, the options, the step, the parameters, the optimizer
// state and what is pruned. Versions 3 (without class names and frozen layers), 4 (without pruning
// and layers that round), 5 (without dilation and zeroPad2d) and 6 (without cutout and mixup) are
// read, version 7 is written.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/model_spec.h"
#include "tinycnn/pruning.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// The largest step of a checkpoint: far beyond any training, and so far below 2^53 that counting
/// on from it stays exact in a double.
inline constexpr std::int64_t kMaxStep = 1'000'000'000'000'000;

/// The state of a run in memory, without its data sets.
struct Checkpoint {
  ModelSpec spec;
  TrainerOptions options{};
  std::int64_t step = 0;
  std::vector<float> parameters;  ///< in the order of PyTorch's state_dict, without gaps
  std::vector<float>
      optimizer_state;         ///< of the trained parameters, for each slot of the optimizer
  std::vector<float> average;  ///< of the trained parameters; empty without ema_decay
  PruningState pruning{};
};

/// The bytes of a checkpoint, in the current version. The same state gives the same bytes.
std::vector<std::uint8_t> encode(const Checkpoint& checkpoint);

/// Throws Error for bytes that are not a checkpoint, have another version, are cut short, too long
/// or damaged, and for a step below 0 or above kMaxStep. The caller checks whether it fits a model.
Checkpoint decode_checkpoint(std::span<const std::uint8_t> bytes);

}  // namespace tinycnn
