// SPDX-License-Identifier: MIT
// Muon as a trainer uses it: which parameters it takes as matrices, and its step by its definition.
#include "training/muon.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "reference/reference.h"
#include "support/bits.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

const OptimizerOptions kMuon = default_options(OptimizerType::kMuon);

struct Step {
  Buffer gradient;
  Buffer parameters;
  Buffer state;
};

/// One step on a model, by the shares of `threads` threads in turn.
Step step_on(const Model& model, std::size_t threads) {
  const std::size_t size = model.trainable_size();
  Step made{.gradient = Buffer(size), .parameters = Buffer(size), .state = Buffer(2 * size)};
  for (const auto& [spec, offset] : model.parameter_views()) {
    RandomValues random(static_cast<std::uint32_t>(offset));
    if (offset < size) {
      std::ranges::copy(random.floats(spec.size()), &made.gradient[offset]);
      std::ranges::copy(random.floats(spec.size()), &made.parameters[offset]);
    }
  }
  Muon muon(model, threads);
  for (std::size_t thread = 0; thread < threads; ++thread) {
    muon.for_share(thread, threads, [&](const Muon::Tensor& tensor) {
      muon.step(kMuon, plain_step(kMuon, 1), tensor, thread, made.gradient, made.parameters,
                made.state);
    });
  }
  return made;
}

}  // namespace

TEST_CASE("muon steps matrices along their orthogonal momentum and all other tensors as adamW") {
  const Model model(branched_model(), 1);
  const Step made = step_on(model, 3);
  OptimizerOptions adam_w = kMuon;
  adam_w.type = OptimizerType::kAdamW;
  std::size_t matrices = 0;
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (offset >= model.trainable_size()) {
      continue;
    }
    CAPTURE(spec.name);
    RandomValues random(static_cast<std::uint32_t>(offset));
    Buffer gradient = random.floats(spec.size());
    Buffer expected = random.floats(spec.size());
    gradient.resize(round_up_to_lanes(spec.size()));
    expected.resize(gradient.size());
    if (spec.shape.size() < 2) {
      Buffer state(2 * gradient.size());
      apply_optimizer(adam_w, plain_step(adam_w, 1), 0, gradient.size(), gradient, expected, state);
    } else {
      ++matrices;
      // The first momentum is 0.05 of the gradient, and Nesterov's a multiple of it: orthogonalised
      // it is the gradient's.
      const auto rows = static_cast<std::size_t>(spec.shape.front());
      const std::size_t columns = spec.size() / rows;
      reference::newton_schulz({rows, columns}, std::span(gradient).first(spec.size()));
      const double rate = 0.2 * std::sqrt(static_cast<double>(std::max(rows, columns))) * 1e-3;
      for (std::size_t i = 0; i < spec.size(); ++i) {
        expected[i] = static_cast<float>(static_cast<double>(expected[i]) * (1.0 - 1e-3 * 0.1) -
                                         rate * static_cast<double>(gradient[i]));
      }
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(made.parameters[offset + i] == doctest::Approx(expected[i]).epsilon(1e-5));
    }
  }
  CHECK(matrices >= 3);
}

TEST_CASE("every trained tensor is stepped once, whatever the number of threads") {
  const Model model(branched_model(), 1);
  const Step one = step_on(model, 1);
  for (const std::size_t threads : {std::size_t{2}, std::size_t{3}, std::size_t{64}}) {
    const Step many = step_on(model, threads);
    CHECK(difference(many.parameters, one.parameters) == "");
    CHECK(difference(many.state, one.state) == "");
  }
}

TEST_CASE("muon without momentum needs no other setting to be accepted, and learns") {
  SerialExecutor executor;
  OptimizerOptions options = kMuon;
  options.learning_rate = 0.05;
  for (const double momentum : {0.0, 0.95}) {
    options.momentum = momentum;
    Trainer trainer(small_model(), {.optimizer = options}, executor);
    trainer.set_data(Split::kTrain, pattern_images(90, 8, 4));
    const double before = trainer.train_steps(3).loss;
    trainer.train_steps(100);
    CHECK(trainer.train_steps(3).loss < 0.5 * before);
  }
}

TEST_CASE("a trainer with muon counts its memory") {
  SerialExecutor executor;
  const Trainer muon(small_model(), {.optimizer = kMuon}, executor);
  const Trainer adam(small_model(), {}, executor);
  CHECK(muon.memory_bytes() > adam.memory_bytes());
}

}  // namespace tinycnn::test
