// SPDX-License-Identifier: MIT
#include "train_once.h"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace tinycnn::fuzz {
namespace {

Dataset noise(const Shape& shape, int samples, int classes) {
  Images images{.count = samples,
                .channels = shape.channels,
                .height = shape.height,
                .width = shape.width,
                .pixels = {}};
  std::vector<std::uint8_t> labels;
  std::uint32_t state = 1;
  const auto next = [&state] {
    state = state * 1664525 + 1013904223;
    return static_cast<std::uint8_t>(state >> 24);
  };
  images.pixels.resize(shape.size() * static_cast<std::size_t>(samples));
  for (std::uint8_t& pixel : images.pixels) {
    pixel = next();
  }
  for (int i = 0; i < samples; ++i) {
    labels.push_back(static_cast<std::uint8_t>(next() % classes));
  }
  return {std::move(images), std::move(labels)};
}

}  // namespace

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "fuzz: expected %s\n", what);
    std::abort();
  }
}

bool is_cheap(const ModelSummary& summary) {
  return summary.operations < (1 << 22) && summary.parameter_count < (1 << 18);
}

void train_once(Trainer& trainer, int samples) {
  const ModelSummary& summary = trainer.model().summary();
  const Dataset data = noise(summary.input, samples, summary.classes);
  trainer.set_data(Split::kTrain, data);
  trainer.train_steps(1);
  const Evaluation evaluation =
      trainer.evaluate(Split::kTrain, 0, static_cast<std::size_t>(samples));
  require(evaluation.count == static_cast<std::size_t>(samples), "every sample to be evaluated");
  const std::size_t size = summary.input.size();
  const std::vector<float> pixels(data.pixels(0), data.pixels(0) + size);
  require(trainer.predict(pixels).size() == static_cast<std::size_t>(summary.classes),
          "a probability for each class");
  for (const ActivationMap& map : trainer.activations(pixels)) {
    require(map.data.size() == map.shape.size(), "as many activations as the shape says");
  }
  const std::vector<std::uint8_t> saved = trainer.save();
  trainer.load(saved);
  require(trainer.save() == saved, "a loaded checkpoint to be saved as the same bytes");
}

}  // namespace tinycnn::fuzz
