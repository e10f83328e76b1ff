// SPDX-License-Identifier: MIT
// Checkpoints: what goes in comes out, and no damaged byte gets in.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/bits.h"
#include "support/hash.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"

namespace tinycnn::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kHeader = 20;
constexpr std::size_t kTrailer = 8;

ModelSpec tiny_model() {
  return model({1, 2, 2}, {flatten("flatten"), from("flatten", linear("fc", 2))});
}

Checkpoint example() {
  return {.spec = tiny_model(),
          .options = {.seed = 0xFEDCBA9876543210,
                      .batch_size = 24,
                      .optimizer = {.type = OptimizerType::kSgd,
                                    .learning_rate = 0.125,
                                    .weight_decay = 1e-4,
                                    .beta1 = 0.8,
                                    .beta2 = 0.95,
                                    .eps = 1e-7,
                                    .momentum = 0.9,
                                    .alpha = 0.75,
                                    .nesterov = true,
                                    .clip_norm = 2.5},
                      .schedule = {.type = ScheduleType::kOneCycle,
                                   .total_steps = std::int64_t{1} << 40,
                                   .pct_start = 0.25,
                                   .div_factor = 10.0,
                                   .final_div_factor = 100.0,
                                   .anneal = Anneal::kLinear,
                                   .cycle_momentum = false,
                                   .base_momentum = 0.8,
                                   .max_momentum = 0.9,
                                   .gamma = 0.3,
                                   .step_size = std::int64_t{1} << 33,
                                   .eta_min = 1e-6,
                                   .warmup_steps = 77,
                                   .warmup_start_factor = 0.25},
                      .loss = {.type = LossType::kMeanSquaredError, .label_smoothing = 0.125},
                      .ema_decay = 0.99,
                      .augment = {.generated = 0.25,
                                  .degrees = 5.0,
                                  .translate_x = 0.1,
                                  .translate_y = 0.2,
                                  .scale_min = 0.8,
                                  .scale_max = 1.25,
                                  .shear = 7.0,
                                  .elastic_alpha = 3.0,
                                  .elastic_grid = 6,
                                  .thickness_min = -0.5,
                                  .thickness_max = 0.75,
                                  .cutout = 9,
                                  .mixup = 0.25},
                      .normalization = {.mean = 0.1, .std = 0.2},
                      .class_names = {"left", "right"}},
          .step = (std::int64_t{1} << 35) + 7,
          .parameters = {1.5F, -0.0F, 3e-45F, 3e38F, 5.0F, 6.0F, 7.0F, 8.0F, 9.0F, 10.0F},
          .optimizer_state = {0.25F, 0.5F},
          .average = {4.0F, -1e-40F},
          .pruning = {.sparsity = 0.75,
                      .start = std::int64_t{1} << 34,
                      .steps = 1000,
                      .frequency = 20,
                      .before = 3,
                      .pruned = {0x15, 0}}};
}

/// A trainer's bytes, small enough to damage each of them.
Bytes saved() {
  SerialExecutor executor;
  return Trainer(tiny_model(), {}, executor).save();
}

std::string wrong(const Bytes& bytes, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { decode_checkpoint(bytes); }, parts);
}

/// Empty if a trainer of the model refuses to load the bytes in these words.
std::string wrong_load(const Bytes& bytes, std::initializer_list<std::string_view> parts) {
  SerialExecutor executor;
  Trainer trainer(tiny_model(), {}, executor);
  return wrong_refusal([&] { trainer.load(bytes); }, parts);
}

/// Writes the checksum that the payload ought to have, as a foreign writer would.
Bytes with_right_checksum(Bytes bytes) {
  Fnv1a hash;
  hash.add(std::span(bytes).subspan(kHeader, bytes.size() - kHeader - kTrailer));
  for (std::size_t i = 0; i < kTrailer; ++i) {
    bytes[bytes.size() - kTrailer + i] = static_cast<std::uint8_t>(hash.value() >> (8 * i));
  }
  return bytes;
}

}  // namespace

TEST_CASE("what was encoded is decoded, field by field and bit by bit") {
  const Checkpoint before = example();
  const Checkpoint after = decode_checkpoint(encode(before));
  CHECK(after.spec == before.spec);
  CHECK(after.options == before.options);
  CHECK(after.step == before.step);
  CHECK(difference(after.parameters, before.parameters) == "");
  CHECK(difference(after.optimizer_state, before.optimizer_state) == "");
  CHECK(difference(after.average, before.average) == "");
  CHECK(after.pruning == before.pruning);
  CHECK(encode(after) == encode(before));
}

/// A structured binding names all members: a new one does not compile until it is looked at here.
TEST_CASE("no option of the example has its default value, so that none can go missing unnoticed") {
  const Checkpoint given = example();
  const TrainerOptions defaults;
  const auto& [seed, batch_size, optimizer, schedule, loss, ema_decay, augment, normalization,
               class_names] = given.options;
  CHECK(seed != defaults.seed);
  CHECK(batch_size != defaults.batch_size);
  CHECK(ema_decay != defaults.ema_decay);
  CHECK(class_names != defaults.class_names);
  CHECK(loss.type != defaults.loss.type);
  CHECK(loss.label_smoothing != defaults.loss.label_smoothing);
  CHECK(normalization.mean != defaults.normalization.mean);
  CHECK(normalization.std != defaults.normalization.std);
  {
    const auto& [type, rate, decay, beta1, beta2, eps, momentum, alpha, nesterov, clip] = optimizer;
    const OptimizerOptions& plain = defaults.optimizer;
    const std::array equal{type == plain.type,          rate == plain.learning_rate,
                           decay == plain.weight_decay, beta1 == plain.beta1,
                           beta2 == plain.beta2,        eps == plain.eps,
                           momentum == plain.momentum,  alpha == plain.alpha,
                           nesterov == plain.nesterov,  clip == plain.clip_norm};
    CHECK(std::ranges::none_of(equal, std::identity{}));
  }
  {
    const auto& [type, total, pct, div, last_div, anneal, cycles, base, top, gamma, size, eta, warm,
                 factor] = schedule;
    const Schedule& plain = defaults.schedule;
    const std::array equal{type == plain.type,
                           total == plain.total_steps,
                           pct == plain.pct_start,
                           div == plain.div_factor,
                           last_div == plain.final_div_factor,
                           anneal == plain.anneal,
                           cycles == plain.cycle_momentum,
                           base == plain.base_momentum,
                           top == plain.max_momentum,
                           gamma == plain.gamma,
                           size == plain.step_size,
                           eta == plain.eta_min,
                           warm == plain.warmup_steps,
                           factor == plain.warmup_start_factor};
    CHECK(std::ranges::none_of(equal, std::identity{}));
  }
  {
    const auto& [generated, degrees, x, y, scale_min, scale_max, shear, alpha, grid, thin, thick,
                 cutout, mixup] = augment;
    const AugmentOptions& plain = defaults.augment;
    const std::array equal{
        generated == plain.generated, degrees == plain.degrees,     x == plain.translate_x,
        y == plain.translate_y,       scale_min == plain.scale_min, scale_max == plain.scale_max,
        shear == plain.shear,         alpha == plain.elastic_alpha, grid == plain.elastic_grid,
        thin == plain.thickness_min,  thick == plain.thickness_max, cutout == plain.cutout,
        mixup == plain.mixup};
    CHECK(std::ranges::none_of(equal, std::identity{}));
  }
}

TEST_CASE("every field of a layer is encoded") {
  Checkpoint before = example();
  before.spec.layers.push_back({.name = "all",
                                .type = LayerType::kBatchNorm2d,
                                .from = {"a", "b"},
                                .out_channels = 3,
                                .out_features = 4,
                                .kernel_size = {5, 6},
                                .stride = {7, 8},
                                .padding = {9, 10},
                                .groups = 11,
                                .bias = false,
                                .p = 0.125,
                                .negative_slope = -0.5,
                                .eps = 1e-3,
                                .momentum = 0.75,
                                .frozen = true,
                                .scale = 0.0625,
                                .zero_point = -7,
                                .input_scale = 0.375,
                                .dilation = {2, 3},
                                .sides = {4, 5, 6, 7}});
  CHECK(decode_checkpoint(encode(before)).spec == before.spec);
}

TEST_CASE("a checkpoint starts with its name and version, little endian") {
  const Bytes bytes = encode(example());
  CHECK(std::string(bytes.begin(), bytes.begin() + 8) == "TINYCNN\n");
  CHECK(Bytes(bytes.begin() + 8, bytes.begin() + 12) == Bytes{7, 0, 0, 0});
}

TEST_CASE("a checkpoint cut at any length is refused") {
  const Bytes bytes = saved();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    REQUIRE(wrong(cut, {"[checkpoint]"}) == "");
  }
}

TEST_CASE("a checkpoint with any one byte changed is refused") {
  const Bytes bytes = saved();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const std::uint8_t flip : {std::uint8_t{1}, std::uint8_t{0x80}, std::uint8_t{0xFF}}) {
      Bytes damaged = bytes;
      damaged[at] ^= flip;
      CAPTURE(at);
      REQUIRE(wrong_load(damaged, {"[checkpoint]"}) == "");
    }
  }
}

TEST_CASE("any one byte changed under a right checksum is refused or makes a valid training") {
  const Bytes bytes = saved();
  for (std::size_t at = kHeader; at < bytes.size() - kTrailer; ++at) {
    for (const std::uint8_t flip : {std::uint8_t{1}, std::uint8_t{0x80}, std::uint8_t{0xFF}}) {
      Bytes damaged = bytes;
      damaged[at] ^= flip;
      damaged = with_right_checksum(damaged);
      CAPTURE(at);
      SerialExecutor executor;
      Trainer trainer(tiny_model(), {}, executor);
      const Bytes before = trainer.save();
      try {
        trainer.load(damaged);
        REQUIRE(encode(decode_checkpoint(damaged)) == damaged);  // nothing was bent to fit
        REQUIRE(trainer.options().batch_size >= 1);
        REQUIRE(trainer.predict(std::vector<float>(4, 1.0F)).size() == 2);
      } catch (const Error&) {
        REQUIRE(trainer.save() == before);
      }
    }
  }
}

TEST_CASE("bytes of another kind or another version are refused with what was expected") {
  CHECK(wrong({}, {"[checkpoint]", "expected a TinyCNN checkpoint", "got 0 bytes"}) == "");
  CHECK(wrong(Bytes(1000, 0x50), {"[checkpoint]", "expected a TinyCNN checkpoint"}) == "");
  Bytes newer = saved();
  newer[8] = 8;
  CHECK(wrong(newer, {"[checkpoint]", "version 3 to 7", "got version 8"}) == "");
  Bytes older = saved();
  older[8] = 2;
  CHECK(wrong(older, {"[checkpoint]", "version 3 to 7", "got version 2"}) == "");
}

TEST_CASE("bytes after the end are refused, inside the checksum and behind it") {
  Bytes longer = saved();
  longer.push_back(0);
  CHECK(wrong(longer, {"[checkpoint]", "cut short or too long"}) == "");
  Bytes inside = saved();
  inside.insert(inside.end() - kTrailer, 0);
  ++inside[12];  // the payload's length, whose lowest byte is far from full
  REQUIRE(inside[12] != 0);
  CHECK(wrong(with_right_checksum(inside), {"[checkpoint]", "after its end", "1 more"}) == "");
}

TEST_CASE("a length that promises more than there is is refused before memory is asked for") {
  Bytes bytes = saved();
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[kHeader + i] = 0xFF;  // the length of the model's name
  }
  CHECK(wrong(with_right_checksum(bytes), {"[checkpoint]", "got 4294967295"}) == "");
}

TEST_CASE("a count of weights is held to the bytes that they take") {
  Bytes bytes = saved();
  const std::size_t state = 4 + std::size_t{4} * 20;  // count and numbers of the optimizer
  const std::size_t average = 4;                      // the count of none
  const std::size_t pruning = 8 + 8 + 8 + 4 + 8 + 4;
  const std::size_t count_at =
      bytes.size() - kTrailer - pruning - average - state - std::size_t{4} * 10 - 4;
  REQUIRE(bytes[count_at] == 10);
  bytes[count_at] = 100;  // fewer than the bytes that follow, more than the floats
  CHECK(wrong(with_right_checksum(bytes), {"[checkpoint]", "at most 42 entries", "got 100"}) == "");
}

TEST_CASE("types out of range are refused though the checksum is right") {
  SerialExecutor executor;
  Checkpoint checkpoint = decode_checkpoint(saved());
  checkpoint.options.optimizer.type = static_cast<OptimizerType>(7);
  CHECK(wrong_load(encode(checkpoint), {"[optimizer]", "got number 7"}) == "");
  checkpoint = decode_checkpoint(saved());
  checkpoint.options.schedule.type = static_cast<ScheduleType>(200);
  CHECK(wrong_load(encode(checkpoint), {"[schedule]", "got number 200"}) == "");
  checkpoint = decode_checkpoint(saved());
  checkpoint.spec.layers[0].type = static_cast<LayerType>(99);
  CHECK(wrong_load(encode(checkpoint), {"[checkpoint]", "other layers"}) == "");
}

TEST_CASE("numbers out of range are refused though the checksum is right") {
  Checkpoint checkpoint = decode_checkpoint(saved());
  for (const std::int64_t step : {std::int64_t{-1}, kMaxStep + 1, std::int64_t{1} << 62}) {
    checkpoint.step = step;
    CHECK(wrong_load(encode(checkpoint), {"[checkpoint]", "a step from 0 to 1000000000000000"}) ==
          "");
  }
  checkpoint.step = kMaxStep;
  CHECK(decode_checkpoint(encode(checkpoint)).step == kMaxStep);
  checkpoint = decode_checkpoint(saved());
  checkpoint.options.batch_size = 0;
  CHECK(wrong_load(encode(checkpoint), {"[trainer]", "batch size"}) == "");
  checkpoint = decode_checkpoint(saved());
  checkpoint.options.normalization.std = 0.0;
  CHECK(wrong_load(encode(checkpoint), {"[trainer]", "std above 0"}) == "");
}

TEST_CASE("an average is saved and loaded, and refused where it does not fit") {
  SerialExecutor executor;
  Trainer trainer(tiny_model(), {.ema_decay = 0.9}, executor);
  Checkpoint checkpoint = decode_checkpoint(trainer.save());
  CHECK(checkpoint.average.size() == 10);
  checkpoint.average.pop_back();
  CHECK(wrong_load(encode(checkpoint), {"[checkpoint]", "10"}) == "");
  checkpoint = decode_checkpoint(saved());
  CHECK(checkpoint.average.empty());
  checkpoint.average.assign(10, 0.0F);
  CHECK(wrong_load(encode(checkpoint), {"[checkpoint]"}) == "");
  checkpoint.options.ema_decay = 0.5;
  CHECK_NOTHROW(trainer.load(encode(checkpoint)));
}

TEST_CASE("too few or too many weights or optimizer numbers are refused with both counts") {
  Checkpoint checkpoint = decode_checkpoint(saved());
  checkpoint.parameters.pop_back();
  CHECK(wrong_load(encode(checkpoint), {"[checkpoint]", "10 parameters", "got 9"}) == "");
  checkpoint = decode_checkpoint(saved());
  checkpoint.optimizer_state.push_back(0.0F);
  CHECK(wrong_load(encode(checkpoint), {"20 values of optimizer state", "got 10, 21 and 0"}) == "");
  checkpoint = decode_checkpoint(saved());
  checkpoint.options.optimizer.type = OptimizerType::kSgd;  // keeps one number a parameter
  CHECK(wrong_load(encode(checkpoint), {"10 values of optimizer state", "got 10, 20 and 0"}) == "");
}

TEST_CASE("a checkpoint without its spec's parameters is refused before a model is allocated") {
  Checkpoint checkpoint = decode_checkpoint(saved());
  checkpoint.spec = model({8192, 1, 1}, {linear("large", 8188), linear("fc", 2)});
  SerialExecutor executor;
  CHECK(wrong_refusal([&] { const Trainer refused(checkpoint, executor); },
                      {"[checkpoint]", "expected 67100662 parameters, got 10"}) == "");
}

}  // namespace tinycnn::test
