// SPDX-License-Identifier: MIT
// Softmax, losses and argmax against their reference implementations, bit-exact, and against their
// definitions.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "kernels/loss.h"
#include "kernels/softmax.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/double_network.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::LossOptions;
using tinycnn::LossType;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

using Labels = std::array<std::uint8_t, kLanes>;

Buffer random_logits(int classes, float spread) {
  Buffer logits = RandomValues(static_cast<std::uint32_t>(classes))
                      .floats(static_cast<std::size_t>(classes) * kLanes);
  for (float& each : logits) {
    each *= spread;
  }
  return logits;
}

Labels random_labels(int classes) {
  RandomValues random(99);
  Labels labels{};
  for (std::uint8_t& label : labels) {
    label = static_cast<std::uint8_t>(random.below(classes));
  }
  return labels;
}

/// Second labels, among them some that are the first ones, with shares from nothing to half.
kernels::MixedLabels random_mixture(const Labels& labels, int classes) {
  RandomValues random(7);
  kernels::MixedLabels others{.labels = labels};
  for (std::size_t b = 0; b < labels.size(); ++b) {
    if (b % 3 != 0) {
      others.labels[b] = static_cast<std::uint8_t>(random.below(classes));
    }
    others.shares[b] = static_cast<float>(b) / 14.0F;
  }
  return others;
}

/// Class probabilities of one lane, in double precision.
std::vector<double> exact_softmax(const Buffer& logits, std::size_t b) {
  std::vector<double> p;
  double sum = 0.0;
  for (std::size_t i = b; i < logits.size(); i += kLanes) {
    p.push_back(std::exp(static_cast<double>(logits[i])));
    sum += p.back();
  }
  for (double& each : p) {
    each /= sum;
  }
  return p;
}

}  // namespace

TEST_CASE("softmax equals its reference implementation, also in place") {
  for (const int classes : {1, 2, 3, 7, 10, 62}) {
    for (const float spread : {0.1F, 5.0F, 200.0F}) {
      CAPTURE(classes);
      CAPTURE(spread);
      Buffer logits = random_logits(classes, spread);
      Buffer probabilities(logits.size());
      Buffer expected(logits.size());
      kernels::softmax_forward(logits, probabilities);
      reference::softmax_forward(logits, expected);
      CHECK(difference(probabilities, expected) == "");
      kernels::softmax_forward(logits, logits);
      CHECK(difference(logits, expected) == "");
    }
  }
}

TEST_CASE(
    "cross entropy equals its reference implementation for 1 to 8 samples of a block, also in "
    "place") {
  for (const int classes : {1, 2, 3, 7, 10, 62}) {
    const Labels labels = random_labels(classes);
    for (int samples = 1; samples <= kLanes; ++samples) {
      CAPTURE(classes);
      CAPTURE(samples);
      Buffer logits = random_logits(classes, 8.0F);
      Buffer losses(kLanes);
      Buffer d_logits(logits.size());
      Buffer expected_losses(kLanes);
      Buffer expected(logits.size());
      kernels::cross_entropy(logits, {labels, samples, 0.125F}, 0.0F, losses, d_logits);
      reference::cross_entropy(logits, {labels, samples, 0.125F}, 0.0F, expected_losses, expected);
      CHECK(difference(losses, expected_losses) == "");
      CHECK(difference(d_logits, expected) == "");

      Buffer losses_alone(kLanes);
      kernels::cross_entropy(logits, {labels, samples, 0.125F}, 0.0F, losses_alone, {});
      CHECK(difference(losses_alone, expected_losses) == "");
      kernels::cross_entropy(logits, {labels, samples, 0.125F}, 0.0F, losses, logits);
      CHECK(difference(logits, expected) == "");
    }
  }
}

TEST_CASE("log-softmax and both ways back equal their reference implementations, also in place") {
  for (const int classes : {1, 2, 3, 7, 10, 17, 62}) {
    for (const float spread : {0.1F, 5.0F, 200.0F}) {
      CAPTURE(classes);
      CAPTURE(spread);
      Buffer input = random_logits(classes, spread);
      const Buffer d_output = RandomValues(3).floats(input.size());
      Buffer output(input.size());
      Buffer expected(input.size());
      Buffer d_input(input.size());
      kernels::softmax_forward(input, output);
      kernels::softmax_backward(output, d_output, d_input);
      reference::softmax_backward(output, d_output, expected);
      CHECK(difference(d_input, expected) == "");

      kernels::log_softmax_forward(input, output);
      reference::log_softmax_forward(input, expected);
      CHECK(difference(output, expected) == "");
      kernels::log_softmax_forward(input, input);
      CHECK(difference(input, expected) == "");
      kernels::log_softmax_backward(output, d_output, d_input);
      reference::log_softmax_backward(output, d_output, expected);
      CHECK(difference(d_input, expected) == "");
    }
  }
}

TEST_CASE(
    "every loss equals its reference implementation for 1 to 8 samples of a block, also in place") {
  using kernels::LossTarget;
  using Span = std::span<const float>;
  using Out = std::span<float>;
  struct Loss {
    std::function<void(Span, const LossTarget&, Out, Out)> kernel, reference;
  };
  std::vector<Loss> losses{{kernels::negative_log_likelihood, reference::negative_log_likelihood},
                           {kernels::mean_squared_error, reference::mean_squared_error}};
  for (const float smoothing : {0.1F, 0.5F, 0.99F}) {
    losses.push_back({[=](Span in, const LossTarget& target, Out loss, Out d) {
                        kernels::cross_entropy(in, target, smoothing, loss, d);
                      },
                      [=](Span in, const LossTarget& target, Out loss, Out d) {
                        reference::cross_entropy(in, target, smoothing, loss, d);
                      }});
  }
  for (std::size_t which = 0; which < losses.size(); ++which) {
    for (const int classes : {1, 2, 3, 7, 10, 62}) {
      const Labels labels = random_labels(classes);
      for (int samples = 1; samples <= kLanes; ++samples) {
        CAPTURE(which);
        CAPTURE(classes);
        CAPTURE(samples);
        const kernels::MixedLabels others = random_mixture(labels, classes);
        const std::array<const kernels::MixedLabels*, 2> mixtures{nullptr, &others};
        for (const kernels::MixedLabels* mixture : mixtures) {
          const LossTarget target{labels, samples, 0.125F, mixture};
          Buffer output = random_logits(classes, 3.0F);
          Buffer loss(kLanes);
          Buffer d_output(output.size());
          Buffer expected_loss(kLanes);
          Buffer expected(output.size());
          losses[which].kernel(output, target, loss, d_output);
          losses[which].reference(output, target, expected_loss, expected);
          CHECK(difference(loss, expected_loss) == "");
          CHECK(difference(d_output, expected) == "");
          losses[which].kernel(output, target, loss, {});
          CHECK(difference(loss, expected_loss) == "");
          losses[which].kernel(output, target, loss, output);
          CHECK(difference(loss, expected_loss) == "");
          CHECK(difference(output, expected) == "");
        }
      }
    }
  }
}

TEST_CASE("losses are those of their definitions in double precision, and so are their gradients") {
  constexpr double kStep = 1e-4;  // its error is of the order of 1e-9
  for (const LossOptions& options :
       {LossOptions{.type = LossType::kNegativeLogLikelihood},
        LossOptions{.type = LossType::kMeanSquaredError}, LossOptions{.label_smoothing = 0.1},
        LossOptions{.label_smoothing = 0.6}}) {
    const Buffer output = random_logits(10, 2.0F);
    const Labels labels = random_labels(10);
    const kernels::LossTarget target{labels, kLanes, 0.5F};
    Buffer losses(kLanes);
    Buffer d_output(output.size());
    if (options.type == LossType::kNegativeLogLikelihood) {
      kernels::negative_log_likelihood(output, target, losses, d_output);
    } else if (options.type == LossType::kMeanSquaredError) {
      kernels::mean_squared_error(output, target, losses, d_output);
    } else {
      kernels::cross_entropy(output, target, static_cast<float>(options.label_smoothing), losses,
                             d_output);
    }
    for (std::size_t b = 0; b < kLanes; ++b) {
      std::vector<double> lane;
      for (std::size_t i = b; i < output.size(); i += kLanes) {
        lane.push_back(output[i]);
      }
      CHECK(losses[b] ==
            doctest::Approx(tinycnn::test::loss_of(options, lane, labels[b])).epsilon(1e-6));
      for (std::size_t k = 0; k < lane.size(); ++k) {
        std::vector<double> above = lane;
        std::vector<double> below = lane;
        above[k] += kStep;
        below[k] -= kStep;
        const double quotient = (tinycnn::test::loss_of(options, above, labels[b]) -
                                 tinycnn::test::loss_of(options, below, labels[b])) /
                                (2.0 * kStep);
        CHECK(std::abs(d_output[k * kLanes + b] - 0.5 * quotient) < 1e-6);
      }
    }
  }
}

TEST_CASE("the gradient of mixed labels is the mean of both labels' gradients, by their shares") {
  const Buffer output = random_logits(10, 2.0F);
  const Labels labels = random_labels(10);
  const kernels::MixedLabels others = random_mixture(labels, 10);
  for (const LossOptions& options : {LossOptions{}, LossOptions{.label_smoothing = 0.2},
                                     LossOptions{.type = LossType::kNegativeLogLikelihood},
                                     LossOptions{.type = LossType::kMeanSquaredError}}) {
    const auto run = [&](const kernels::LossTarget& target, Buffer& losses, Buffer& d_output) {
      if (options.type == LossType::kNegativeLogLikelihood) {
        kernels::negative_log_likelihood(output, target, losses, d_output);
      } else if (options.type == LossType::kMeanSquaredError) {
        kernels::mean_squared_error(output, target, losses, d_output);
      } else {
        kernels::cross_entropy(output, target, static_cast<float>(options.label_smoothing), losses,
                               d_output);
      }
    };
    std::array<Buffer, 3> losses{Buffer(kLanes), Buffer(kLanes), Buffer(kLanes)};
    std::array<Buffer, 3> d{Buffer(output.size()), Buffer(output.size()), Buffer(output.size())};
    run({labels, kLanes, 0.5F}, losses[0], d[0]);
    run({others.labels, kLanes, 0.5F}, losses[1], d[1]);
    run({labels, kLanes, 0.5F, &others}, losses[2], d[2]);
    for (std::size_t i = 0; i < output.size(); ++i) {
      const std::size_t b = i % kLanes;
      const double share = others.shares[b];
      CHECK(std::abs(d[2][i] - ((1.0 - share) * d[0][i] + share * d[1][i])) < 1e-6);
      if (options.type != LossType::kMeanSquaredError) {  // whose target is the mean of both
        CHECK(losses[2][b] ==
              doctest::Approx((1.0 - share) * losses[0][b] + share * losses[1][b]).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("lanes without a sample have neither loss nor gradient") {
  const Buffer logits = random_logits(10, 3.0F);
  const Labels labels = random_labels(10);
  for (int samples = 0; samples <= kLanes; ++samples) {
    Buffer losses(kLanes, 7.0F);
    Buffer d_logits(logits.size(), 7.0F);
    kernels::cross_entropy(logits, {labels, samples, 1.0F}, 0.0F, losses, d_logits);
    for (std::size_t i = 0; i < d_logits.size(); ++i) {
      const bool is_used = i % kLanes < static_cast<std::size_t>(samples);
      CHECK((d_logits[i] != 0.0F) == is_used);
      CHECK((losses[i % kLanes] != 0.0F) == is_used);
    }
  }
}

TEST_CASE("softmax, loss and gradient are those of the definition") {
  const Buffer logits = random_logits(10, 4.0F);
  const Labels labels = random_labels(10);
  Buffer probabilities(logits.size());
  Buffer losses(kLanes);
  Buffer d_logits(logits.size());
  kernels::softmax_forward(logits, probabilities);
  kernels::cross_entropy(logits, {labels, kLanes, 0.25F}, 0.0F, losses, d_logits);
  for (std::size_t b = 0; b < kLanes; ++b) {
    const std::vector<double> p = exact_softmax(logits, b);
    // A dozen roundings to 24 bits, each of 6e-8.
    CHECK(losses[b] == doctest::Approx(-std::log(p[labels[b]])).epsilon(1e-6));
    for (std::size_t k = 0; k < p.size(); ++k) {
      CHECK(probabilities[k * kLanes + b] == doctest::Approx(p[k]).epsilon(1e-6));
      const double expected = 0.25 * (p[k] - (k == labels[b] ? 1.0 : 0.0));
      CHECK(std::abs(d_logits[k * kLanes + b] - expected) < 1e-6);
    }
  }
}

TEST_CASE("logits of any finite size give finite probabilities and losses") {
  for (const float size : {100.0F, 1e4F, 1e30F, std::numeric_limits<float>::max() / 2.0F}) {
    Buffer logits(3 * std::size_t{kLanes});
    std::fill_n(logits.begin(), kLanes, size);
    std::fill_n(logits.begin() + kLanes, kLanes, -size);
    Buffer losses(kLanes);
    Buffer d_logits(logits.size());
    const Labels labels{0, 1, 2, 0, 1, 2, 0, 1};
    kernels::cross_entropy(logits, {labels, kLanes, 1.0F}, 0.0F, losses, d_logits);
    CHECK(losses[0] == 0.0F);
    CHECK(losses[1] == size * 2.0F);
    CHECK(losses[2] == size);
    kernels::softmax_forward(logits, logits);
    for (const float probability : logits) {
      CHECK(probability >= 0.0F);
      CHECK(probability <= 1.0F);
    }
  }
}

TEST_CASE("a NaN among the logits shows in its own sample's loss, and only there") {
  Buffer logits = random_logits(10, 1.0F);
  logits[4 * kLanes + 3] = std::numeric_limits<float>::quiet_NaN();
  const Labels labels = random_labels(10);
  Buffer losses(kLanes);
  kernels::cross_entropy(logits, {labels, kLanes, 1.0F}, 0.0F, losses, {});
  for (std::size_t b = 0; b < kLanes; ++b) {
    CHECK(std::isnan(losses[b]) == (b == 3));
  }
}

TEST_CASE("argmax equals its reference implementation, and the first of equals is the largest") {
  for (const int classes : {1, 2, 3, 10, 256}) {
    Buffer logits = random_logits(classes, 2.0F);
    for (float& each : logits) {
      each = std::round(each);  // many ties
    }
    Labels predicted{};
    Labels expected{};
    kernels::argmax(logits, predicted);
    reference::argmax(logits, expected);
    CHECK(predicted == expected);
  }
  Labels predicted{};
  kernels::argmax(Buffer(5 * std::size_t{kLanes}, 1.0F), predicted);
  CHECK(predicted == Labels{});
}
