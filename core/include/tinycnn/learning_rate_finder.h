// SPDX-License-Identifier: MIT
// The learning-rate range test: L. Smith, "Cyclical learning rates for training neural networks",
// WACV 2017, arXiv:1506.01186.
#pragma once

#include <vector>

#include "tinycnn/trainer.h"

namespace tinycnn {

struct RangeTestOptions {
  double least = 1e-6;
  double most = 10.0;
  int steps = 100;  ///< mini-batches, 10..10,000
};

struct RangeTestPoint {
  double learning_rate = 0.0;
  double loss = 0.0;      ///< of this mini-batch, nats
  double smoothed = 0.0;  ///< exponential average of the losses so far
};

struct RangeTest {
  std::vector<RangeTestPoint> points;  ///< ends early where the loss leaves for good
  double suggested = 0.0;              ///< a tenth of the rate with the lowest smoothed loss
};

/// Trains on mini-batches with rates that rise geometrically from `least` to `most`, from where the
/// trainer stands, and puts everything back. Throws Error for options that make no sense and
/// without training data.
RangeTest find_learning_rate(Trainer& trainer, const RangeTestOptions& options);

}  // namespace tinycnn
