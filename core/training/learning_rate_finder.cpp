// SPDX-License-Identifier: MIT
#include "tinycnn/learning_rate_finder.h"

#include <cmath>
#include <utility>

#include "support/integer_power.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr double kSmoothing = 0.9;
constexpr double kStopFactor = 4.0;  // times the lowest smoothed loss

/// The `degree`-th root of `value` (at least 1) by bisection, bit-exact on every platform.
double root(double value, int degree) {
  double low = 1.0;
  double high = value;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + (high - low) / 2.0;
    (integer_power(middle, degree) < value ? low : high) = middle;
  }
  return high;
}

void require_valid(const RangeTestOptions& options) {
  if (!(options.min > 0.0) || !(options.max > options.min) || !std::isfinite(options.max)) {
    fail("[findLearningRate] expected rates above 0 that rise, got from ", options.min, " to ",
         options.max);
  }
  if (options.steps < 10 || options.steps > 10'000) {
    fail("[findLearningRate] expected from 10 to 10000 steps, got ", options.steps);
  }
}

/// Restores the trainer when the test ends, also by an exception. What that takes is allocated
/// before the test.
class Restore {
 public:
  explicit Restore(Trainer& trainer) : trainer_(trainer), before_(trainer.snapshot()) {}
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;
  Restore(Restore&&) = delete;
  Restore& operator=(Restore&&) = delete;
  ~Restore() { trainer_.restore(std::move(before_)); }

 private:
  Trainer& trainer_;
  Trainer::Snapshot before_;
};

}  // namespace

RangeTest find_learning_rate(Trainer& trainer, const RangeTestOptions& options) {
  require_valid(options);
  const Restore restore(trainer);
  trainer.set_schedule({});
  const double factor = root(options.max / options.min, options.steps - 1);
  RangeTest test;
  double rate = options.min;
  double average = 0.0;
  double lowest = 0.0;
  for (int i = 0; i < options.steps; ++i, rate *= factor) {
    trainer.set_learning_rate(rate);
    const TrainResult result = trainer.train_steps(1);
    if (result.divergence) {
      break;
    }
    average = kSmoothing * average + (1.0 - kSmoothing) * result.loss;
    const double smoothed = average / (1.0 - integer_power(kSmoothing, i + 1));
    test.points.push_back({rate, result.loss, smoothed});
    if (i == 0 || smoothed < lowest) {
      lowest = smoothed;
      test.suggested = rate / 10.0;
    }
    if (smoothed > kStopFactor * lowest) {
      break;
    }
  }
  return test;
}

}  // namespace tinycnn
