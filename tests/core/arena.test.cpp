// SPDX-License-Identifier: MIT
// Buffers that are alive at the same time never overlap, others share memory, and a training
// session stays within its budget.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "plan/arena.h"
#include "support/datasets.h"
#include "support/random_values.h"
#include "support/refusal.h"
#include "tinycnn/trainer.h"
#include "tinycnn/zoo.h"

namespace tinycnn::test {
namespace {

constexpr std::size_t kMegabyte = 1'000'000;

bool overlap(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}

bool alive_together(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.first <= b.last && b.first <= a.last;
}

/// Takes the memory of four threads and runs them in turn.
class FourInTurn final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 4; }
  void run(Task task, void* context) noexcept override {
    for (int thread = 0; thread < threads(); ++thread) {
      task(context, thread);
    }
  }
};

/// What a session has allocated after a step of `batch_size` samples, an evaluation and a
/// prediction, with four threads.
std::size_t memory_of(const ZooEntry& entry, int batch_size) {
  FourInTurn executor;
  TrainerOptions options = entry.best_recipe.options;
  options.batch_size = batch_size;
  Trainer trainer(entry.spec, options, executor);
  trainer.set_data(Split::kTrain, pattern_images(batch_size, 28, 10));
  trainer.train_steps(1);
  trainer.evaluate(Split::kTrain, 0, 100);
  static_cast<void>(trainer.predict(std::vector<float>(784, 0.0F)));
  return trainer.memory_bytes();
}

}  // namespace

TEST_CASE("buffers that are alive at the same time never overlap, and each lies within the arena") {
  RandomValues random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<ArenaBuffer> buffers(40);
    for (ArenaBuffer& buffer : buffers) {
      buffer.size = static_cast<std::size_t>(random.below(100));
      buffer.first = static_cast<std::size_t>(random.below(40));
      buffer.last = buffer.first + static_cast<std::size_t>(random.below(10));
    }
    const std::size_t start = 64;
    const std::size_t end = place_buffers(buffers, start);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      REQUIRE(buffers[i].offset >= start);
      REQUIRE(buffers[i].offset % kLanes == 0);
      REQUIRE(buffers[i].offset + buffers[i].size <= end);
      for (std::size_t j = 0; j < i; ++j) {
        REQUIRE(!(alive_together(buffers[i], buffers[j]) && overlap(buffers[i], buffers[j])));
      }
    }
  }
}

TEST_CASE("buffers that are never alive at the same time share memory") {
  std::array<ArenaBuffer, 3> buffers{{{100, 0, 1}, {50, 2, 3}, {30, 1, 2}}};
  CHECK(place_buffers(buffers, 0) == 104 + 32);
  CHECK(buffers[1].offset == 0);
}

TEST_CASE(
    "a training session with four threads takes below 96 MB above its data for any zoo model") {
  for (const ZooEntry& entry : zoo()) {
    const std::size_t bytes = memory_of(entry, 128);
    CAPTURE(entry.id);
    MESSAGE(entry.id << " at batch 128: " << bytes / 1000 << " kB");
    CHECK(bytes < 96 * kMegabyte);
    CHECK(bytes > entry.spec.layers.size());
  }
}

TEST_CASE("a training session of TinyCNN at batch 16 takes below 16 MB above its data") {
  const std::size_t bytes = memory_of(find_in_zoo("tinycnn"), 16);
  MESSAGE("tinycnn at batch 16: " << bytes / 1000 << " kB");
  CHECK(bytes < 16 * kMegabyte);
}

TEST_CASE("gradients of more samples than memory can hold at once are refused in words") {
  SerialExecutor executor;
  Trainer trainer(find_in_zoo("bn-gap-12k").spec, {}, executor);
  const Dataset data = pattern_images(5000, 28, 10);
  CHECK(wrong_refusal([&] { static_cast<void>(trainer.gradients(data)); },
                      {"[memory]", "blocks of 8 samples", "1 GiB", "625 times"}) == "");
  CHECK(trainer.gradients(pattern_images(5, 28, 10)).size() > 1);
}

}  // namespace tinycnn::test
