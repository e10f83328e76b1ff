// SPDX-License-Identifier: MIT
// Optimizers as torch.optim does them: first steps by hand, and invalid options.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "support/buffer.h"
#include "support/refusal.h"
#include "training/optimizer.h"

namespace tinycnn::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string wrong(const OptimizerOptions& options, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { require_valid(options); }, parts);
}

/// One parameter of value 1, stepped with gradients 0.5, then -0.25, then 2, …
struct OneParameter {
  explicit OneParameter(const OptimizerOptions& chosen)
      : options(chosen), state(8 * state_per_parameter(chosen.type)) {}

  double step_with(float gradient) {
    const Buffer gradients(8, gradient);
    apply_optimizer(options, plain_step(options, ++steps), 0, 8, gradients, parameters, state);
    return parameters[0];
  }

  OptimizerOptions options;
  Buffer parameters = Buffer(8, 1.0F);
  Buffer state;
  int steps = 0;
};

}  // namespace

TEST_CASE("adam's steps are those of its definition, bias correction included") {
  const OptimizerOptions options{.learning_rate = 0.01, .weight_decay = 0.1};
  OneParameter parameter(options);
  double p = 1.0;
  double m = 0.0;
  double v = 0.0;
  int t = 0;
  for (const float gradient : {0.5F, -0.25F, 2.0F, 0.0F, -3.0F}) {
    const double g = static_cast<double>(gradient) + 0.1 * p;
    ++t;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double m_hat = m / (1.0 - std::pow(0.9, t));
    const double v_hat = v / (1.0 - std::pow(0.999, t));
    p -= 0.01 * m_hat / (std::sqrt(v_hat) + 1e-8);
    CHECK(parameter.step_with(gradient) == doctest::Approx(p).epsilon(1e-6));
  }
}

TEST_CASE("adam's first step is one learning rate against the gradient's sign, whatever its size") {
  for (const float gradient : {1e-3F, 0.5F, 40.0F}) {
    OneParameter up({.learning_rate = 0.01});
    OneParameter down({.learning_rate = 0.01});
    CHECK(up.step_with(-gradient) == doctest::Approx(1.01).epsilon(1e-5));
    CHECK(down.step_with(gradient) == doctest::Approx(0.99).epsilon(1e-5));
  }
}

TEST_CASE("sgd's steps are those of its definition, momentum and decay included") {
  OneParameter parameter(
      {.type = OptimizerType::kSgd, .learning_rate = 0.1, .weight_decay = 0.01, .momentum = 0.9});
  double p = 1.0;
  double velocity = 0.0;
  for (const float gradient : {0.5F, -0.25F, 2.0F, 0.0F, -3.0F}) {
    velocity = 0.9 * velocity + static_cast<double>(gradient) + 0.01 * p;
    p -= 0.1 * velocity;
    CHECK(parameter.step_with(gradient) == doctest::Approx(p).epsilon(1e-6));
  }
}

TEST_CASE("adamW subtracts its decay from the weights and not through the moments") {
  const OptimizerOptions options{
      .type = OptimizerType::kAdamW, .learning_rate = 0.01, .weight_decay = 0.1};
  OneParameter parameter(options);
  double p = 1.0;
  double m = 0.0;
  double v = 0.0;
  int t = 0;
  for (const float gradient : {0.5F, -0.25F, 2.0F, 0.0F, -3.0F}) {
    const double g = gradient;
    ++t;
    p -= 0.01 * 0.1 * p;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    p -= 0.01 * m / (1.0 - std::pow(0.9, t)) / (std::sqrt(v / (1.0 - std::pow(0.999, t))) + 1e-8);
    CHECK(parameter.step_with(gradient) == doctest::Approx(p).epsilon(1e-6));
  }
}

TEST_CASE("nesterov's steps look ahead along the momentum") {
  OneParameter parameter({.type = OptimizerType::kSgd,
                          .learning_rate = 0.1,
                          .weight_decay = 0.01,
                          .momentum = 0.9,
                          .nesterov = true});
  double p = 1.0;
  double velocity = 0.0;
  for (const float gradient : {0.5F, -0.25F, 2.0F, 0.0F, -3.0F}) {
    const double g = static_cast<double>(gradient) + 0.01 * p;
    velocity = 0.9 * velocity + g;
    p -= 0.1 * (g + 0.9 * velocity);
    CHECK(parameter.step_with(gradient) == doctest::Approx(p).epsilon(1e-6));
  }
}

TEST_CASE("rmsprop's steps are those of its definition, with and without momentum") {
  for (const double momentum : {0.0, 0.8}) {
    OneParameter parameter({.type = OptimizerType::kRmsprop,
                            .learning_rate = 0.01,
                            .weight_decay = 0.1,
                            .eps = 1e-3,
                            .momentum = momentum,
                            .alpha = 0.9});
    double p = 1.0;
    double square = 0.0;
    double velocity = 0.0;
    for (const float gradient : {0.5F, -0.25F, 2.0F, 0.0F, -3.0F}) {
      const double g = static_cast<double>(gradient) + 0.1 * p;
      square = 0.9 * square + 0.1 * g * g;
      velocity = momentum * velocity + g / (std::sqrt(square) + 1e-3);
      p -= 0.01 * velocity;
      CHECK(parameter.step_with(gradient) == doctest::Approx(p).epsilon(1e-6));
    }
  }
}

TEST_CASE("a step's own rate, momentum and clipping take the place of the options'") {
  for (const OptimizerType type : {OptimizerType::kAdam, OptimizerType::kAdamW, OptimizerType::kSgd,
                                   OptimizerType::kRmsprop}) {
    const OptimizerOptions options{.type = type, .learning_rate = 0.1, .momentum = 0.9};
    OptimizerOptions other = options;
    other.learning_rate = 0.02;
    other.momentum = 0.5;
    other.beta1 = 0.5;
    OptimizerStep step = plain_step(options, 1);
    step.learning_rate = 0.02;
    step.momentum = 0.5;
    step.gradient_scale = 0.25;
    Buffer actual(8, 1.0F);
    Buffer actual_state(16);
    Buffer expected(8, 1.0F);
    Buffer expected_state(16);
    for (int i = 0; i < 3; ++i, ++step.number) {
      apply_optimizer(options, step, 0, 8, Buffer(8, 0.8F), actual, actual_state);
      apply_optimizer(other, plain_step(other, step.number), 0, 8, Buffer(8, 0.2F), expected,
                      expected_state);
    }
    CHECK(actual == expected);
    CHECK(actual_state == expected_state);
  }
}

TEST_CASE("a step changes the parameters of its range and no other") {
  for (const OptimizerType type : {OptimizerType::kAdam, OptimizerType::kAdamW, OptimizerType::kSgd,
                                   OptimizerType::kRmsprop, OptimizerType::kMuon}) {
    const OptimizerOptions options{.type = type, .learning_rate = 0.1};
    Buffer parameters(32, 1.0F);
    Buffer state(32 * state_per_parameter(type));
    apply_optimizer(options, plain_step(options, 1), 8, 16, Buffer(32, 1.0F), parameters, state);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      CHECK((parameters[i] == 1.0F) == (i < 8 || i >= 24));
    }
    // The same step in two parts.
    Buffer whole(32, 1.0F);
    Buffer whole_state(state.size());
    Buffer parts(32, 1.0F);
    Buffer parts_state(state.size());
    apply_optimizer(options, plain_step(options, 1), 0, 32, Buffer(32, 0.3F), whole, whole_state);
    apply_optimizer(options, plain_step(options, 1), 0, 24, Buffer(32, 0.3F), parts, parts_state);
    apply_optimizer(options, plain_step(options, 1), 24, 8, Buffer(32, 0.3F), parts, parts_state);
    CHECK(whole == parts);
    CHECK(whole_state == parts_state);
  }
}

TEST_CASE("a learning rate of zero changes nothing") {
  for (const OptimizerType type : {OptimizerType::kAdam, OptimizerType::kAdamW, OptimizerType::kSgd,
                                   OptimizerType::kRmsprop, OptimizerType::kMuon}) {
    OneParameter parameter({.type = type, .learning_rate = 0.0, .momentum = 0.9});
    CHECK(parameter.step_with(3.0F) == 1.0);
    CHECK(parameter.step_with(-1.0F) == 1.0);
  }
}

TEST_CASE("options out of range are refused by name, with what was got") {
  CHECK(wrong({.learning_rate = -1e-3}, {"[optimizer]", "learning rate", "got -0.001"}) == "");
  CHECK(wrong({.learning_rate = kNaN}, {"[optimizer]", "learning rate", "got", "nan"}) == "");
  CHECK(wrong({.learning_rate = kInfinity}, {"[optimizer]", "learning rate", "got inf"}) == "");
  CHECK(wrong({.weight_decay = -0.5}, {"[optimizer]", "weight decay", "got -0.5"}) == "");
  CHECK(wrong({.weight_decay = kInfinity}, {"[optimizer]", "weight decay", "got inf"}) == "");
  CHECK(wrong({.beta1 = 1.0}, {"[optimizer]", "beta1 from 0 to below 1", "got 1"}) == "");
  CHECK(wrong({.beta1 = -0.1}, {"[optimizer]", "beta1", "got -0.1"}) == "");
  CHECK(wrong({.beta2 = 1.5}, {"[optimizer]", "beta2 from 0 to below 1", "got 1.5"}) == "");
  CHECK(wrong({.beta2 = kNaN}, {"[optimizer]", "beta2"}) == "");
  CHECK(wrong({.eps = -1e-3}, {"[optimizer]", "eps", "got -0.001"}) == "");
  CHECK(wrong({.momentum = -0.9}, {"[optimizer]", "momentum", "got -0.9"}) == "");
  CHECK(wrong({.alpha = 1.0}, {"[optimizer]", "alpha from 0 to below 1", "got 1"}) == "");
  CHECK(wrong({.alpha = -0.1}, {"[optimizer]", "alpha", "got -0.1"}) == "");
  CHECK(wrong({.clip_norm = -1.0}, {"[optimizer]", "clipNorm of at least 0", "got -1"}) == "");
  CHECK(wrong({.clip_norm = kNaN}, {"[optimizer]", "clipNorm", "nan"}) == "");
  CHECK(wrong({.type = OptimizerType::kSgd, .nesterov = true},
              {"[optimizer]", "momentum above 0", "got 0"}) == "");
  CHECK(wrong({.type = OptimizerType::kMuon, .momentum = 1.0},
              {"[optimizer]", "muon's momentum below 1", "got 1"}) == "");
  CHECK(wrong({.type = static_cast<OptimizerType>(9)},
              {"[optimizer]", "a known type", "got number 9"}) == "");
}

TEST_CASE("optimizers have names, the fields that they use and torch.optim's defaults") {
  const auto names_of = [](OptimizerType type) {
    std::string names;
    for (const Field<OptimizerOptions>& field : optimizer_fields(type)) {
      names += field.name();
      names += " ";
    }
    return names;
  };
  CHECK(names_of(OptimizerType::kAdam) == "learningRate weightDecay betas eps clipNorm ");
  CHECK(names_of(OptimizerType::kAdamW) == names_of(OptimizerType::kAdam));
  CHECK(names_of(OptimizerType::kSgd) == "learningRate weightDecay momentum nesterov clipNorm ");
  CHECK(names_of(OptimizerType::kRmsprop) ==
        "learningRate weightDecay momentum alpha eps clipNorm ");
  for (const OptimizerType type : {OptimizerType::kAdam, OptimizerType::kSgd, OptimizerType::kAdamW,
                                   OptimizerType::kRmsprop, OptimizerType::kMuon}) {
    CHECK(optimizer_type_from_string(to_string(type)) == type);
    CHECK(default_options(type).type == type);
  }
  CHECK(default_options(OptimizerType::kAdam) == OptimizerOptions{});
  CHECK(default_options(OptimizerType::kAdamW).weight_decay == 0.01);
  CHECK(default_options(OptimizerType::kRmsprop).learning_rate == 0.01);
  CHECK(names_of(OptimizerType::kMuon) ==
        "learningRate weightDecay momentum nesterov betas eps clipNorm ");
  CHECK(default_options(OptimizerType::kMuon) ==
        OptimizerOptions{
            .type = OptimizerType::kMuon, .weight_decay = 0.1, .momentum = 0.95, .nesterov = true});
  CHECK(wrong_refusal([] { optimizer_type_from_string("adagrad"); },
                      {"[optimizer.type]", "adam, sgd, adamW, rmsprop, muon", "got 'adagrad'"}) ==
        "");
  CHECK(wrong_refusal([] { optimizer_fields(static_cast<OptimizerType>(5)); },
                      {"[optimizer]", "a known type", "got number 5"}) == "");
}

TEST_CASE("PyTorch's defaults and the edges of the ranges are accepted") {
  CHECK_NOTHROW(require_valid(OptimizerOptions{}));
  for (const OptimizerType type : {OptimizerType::kSgd, OptimizerType::kAdamW,
                                   OptimizerType::kRmsprop, OptimizerType::kMuon}) {
    CHECK_NOTHROW(require_valid(OptimizerOptions{.type = type}));
  }
  CHECK_NOTHROW(require_valid(OptimizerOptions{
      .learning_rate = 0.0, .weight_decay = 0.0, .beta1 = 0.0, .beta2 = 0.0, .eps = 0.0}));
}

}  // namespace tinycnn::test
