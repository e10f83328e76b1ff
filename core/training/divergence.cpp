// SPDX-License-Identifier: MIT
#include "training/divergence.h"

#include <cmath>

#include "support/portable_math.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr double kExplosion = 100.0;  // times the loss of guessing

/// The loss of a network that gives every class the same chance.
double guessing_loss(LossType loss, int classes) {
  return loss == LossType::kMeanSquaredError ? 1.0 : natural_log(classes);
}

std::string describe_loss(double loss) {
  if (std::isnan(loss)) {
    return "is not a number";
  }
  return std::isinf(loss) ? "is infinite" : concat("has exploded to ", loss);
}

/// A learning rate as people write it, with two significant digits: a schedule's 0.0049873 is
/// 0.005.
double rounded(double rate) {
  if (!(rate > 0.0) || !std::isfinite(rate)) {
    return rate;
  }
  double scale = 1.0;
  for (; rate * scale < 10.0; scale *= 10.0) {
  }
  for (; rate * scale >= 100.0; scale /= 10.0) {
  }
  return std::nearbyint(rate * scale) / scale;
}

}  // namespace

std::optional<Divergence> find_divergence(const TrainerOptions& options, int classes,
                                          std::int64_t step, double loss) {
  const double limit = kExplosion * guessing_loss(options.loss.type, classes);
  if (std::isfinite(loss) && loss <= limit) {
    return std::nullopt;
  }
  Divergence divergence;
  divergence.step = step;
  divergence.loss = loss;
  if (step == 0) {
    divergence.cause = concat("The loss ", describe_loss(loss),
                              " before the first update: the initial weights are out of range.");
    divergence.cure = "Rewind to the initial weights of a seed.";
    return divergence;
  }
  const double learning_rate =
      rounded(learning_rate_at(options.schedule, options.optimizer.learning_rate, step - 1));
  divergence.cause = concat("The loss ", describe_loss(loss), " at step ", step,
                            ": updates with the learning rate ", learning_rate,
                            " overshoot, each makes the next one larger.");
  divergence.cure = concat(
      "Rewind and train with a lower learning rate, ", rounded(learning_rate / 10.0), " or less",
      options.optimizer.clip_norm > 0.0 ? "." : ", or clip the gradient's norm.");
  return divergence;
}

}  // namespace tinycnn
