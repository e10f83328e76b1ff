// SPDX-License-Identifier: MIT
// Which images a mini-batch holds follows from data, options and step alone.
#include "training/sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/datasets.h"
#include "tinycnn/digit_generator.h"

namespace tinycnn::test {
namespace {

std::vector<std::size_t> indices_of(std::span<const Sample> batch) {
  std::vector<std::size_t> indices;
  for (const Sample& sample : batch) {
    indices.push_back(sample.index);
  }
  return indices;
}

/// The images of the steps first..end-1 in their order.
std::vector<std::size_t> indices_of_steps(Sampler& sampler, const Dataset& data,
                                          const TrainerOptions& options, std::int64_t first,
                                          std::int64_t end) {
  std::vector<std::size_t> all;
  for (std::int64_t step = first; step < end; ++step) {
    const auto indices = indices_of(sampler.draw(data, options, step));
    all.insert(all.end(), indices.begin(), indices.end());
  }
  return all;
}

std::vector<std::size_t> sorted(std::vector<std::size_t> values) {
  std::ranges::sort(values);
  return values;
}

}  // namespace

TEST_CASE("an epoch visits every image once, and its last mini-batch holds the remainder") {
  const Dataset data = noise_images(21, 8, 3);
  const TrainerOptions options{.seed = 7, .batch_size = 8};
  CHECK(steps_in_epoch(data.size(), options.batch_size) == 3);
  Sampler sampler;
  CHECK(sampler.draw(data, options, 0).size() == 8);
  CHECK(sampler.draw(data, options, 2).size() == 5);
  CHECK(sampler.batch().size() == 5);
  std::vector<std::size_t> every;
  for (std::size_t i = 0; i < data.size(); ++i) {
    every.push_back(i);
  }
  const auto first = indices_of_steps(sampler, data, options, 0, 3);
  const auto second = indices_of_steps(sampler, data, options, 3, 6);
  CHECK(sorted(first) == every);
  CHECK(sorted(second) == every);
  CHECK(first != second);
}

TEST_CASE("a sample carries the pixels and the label of its image") {
  const Dataset data = noise_images(5, 8, 3);
  Sampler sampler;
  for (const Sample& sample : sampler.draw(data, {.batch_size = 5}, 0)) {
    CHECK(sample.pixels == data.pixels(sample.index));
    CHECK(sample.label == data.label(sample.index));
    CHECK(!sample.generated);
  }
}

TEST_CASE("a mini-batch does not depend on which ones were drawn before") {
  const Dataset data = noise_images(40, 8, 3);
  const TrainerOptions options{.seed = 3, .batch_size = 8};
  Sampler used;
  indices_of_steps(used, data, options, 0, 12);
  used.draw(data, {.seed = 4, .batch_size = 8}, 7);
  Sampler fresh;
  CHECK(indices_of(used.draw(data, options, 7)) == indices_of(fresh.draw(data, options, 7)));
  // Another seed in the same epoch, as after a rewind, has another order.
  const TrainerOptions other{.seed = 4, .batch_size = 8};
  CHECK(indices_of(used.draw(data, other, 7)) != indices_of(fresh.draw(data, options, 7)));
}

TEST_CASE("data of another size get an order of their own") {
  const TrainerOptions options{.batch_size = 64};
  const Dataset large = noise_images(30, 8, 3);
  const Dataset small = noise_images(10, 8, 3);
  Sampler sampler;
  CHECK(sampler.draw(large, options, 0).size() == 30);
  const auto indices = indices_of(sampler.draw(small, options, 0));
  CHECK(indices.size() == 10);
  CHECK(std::ranges::all_of(indices, [](std::size_t index) { return index < 10; }));
}

TEST_CASE("generated digits replace the samples that their key says, label included") {
  const Dataset data = noise_images(64, 28, 10);
  const TrainerOptions options{.seed = 5, .batch_size = 64, .augment = {.generated = 0.5}};
  Sampler sampler;
  std::size_t generated = 0;
  for (const Sample& sample : sampler.draw(data, options, 3)) {
    const DigitKey key{options.seed, 3, sample.index};
    CHECK(sample.generated == is_generated(key, 0.5));
    CHECK(sample.label == (sample.generated ? generated_label(key) : data.label(sample.index)));
    generated += sample.generated ? 1 : 0;
  }
  CHECK(generated > 0);
  CHECK(generated < 64);
}

}  // namespace tinycnn::test
