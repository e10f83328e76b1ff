// SPDX-License-Identifier: MIT
// The learning-rate range test: L. Smith, "Cyclical learning rates for training neural networks",
// WACV 2017, arXiv:1506.01186.
#pragma once

#include <vector>

#include "tinycnn/trainer.h"

namespace tinycnn {

/// The range of learning rates, and in how many mini-batches it is passed.
struct RangeTestOptions {
  double min = 1e-6;  ///< learning rate of the first mini-batch
  double max = 10.0;  ///< of the last
  int steps = 100;    ///< mini-batches, 10..10,000
};

/// One mini-batch of the test.
struct RangeTestPoint {
  double learning_rate = 0.0;
  double loss = 0.0;      ///< of this mini-batch, nats
  double smoothed = 0.0;  ///< exponential average of the losses so far
};

/// What find_learning_rate has found.
struct RangeTest {
  std::vector<RangeTestPoint> points;  ///< ends early if the loss diverges
  double suggested = 0.0;              ///< a tenth of the rate with the lowest smoothed loss
};

/// Trains on mini-batches with learning rates that rise geometrically from `min` to `max`, and
/// restores the trainer afterwards. Throws Error for invalid options and without training data.
RangeTest find_learning_rate(Trainer& trainer, const RangeTestOptions& options);

}  // namespace tinycnn
