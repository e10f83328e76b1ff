// SPDX-License-Identifier: MIT
#include "training/trainer_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "kernels/optimizer.h"
#include "model/layer_shapes.h"
#include "plan/plan.h"
#include "tinycnn/digit_generator.h"
#include "tinycnn/error.h"
#include "tinycnn/random.h"
#include "training/divergence.h"
#include "training/optimizer.h"

namespace tinycnn {
namespace {

constexpr int kMaxBatch = 4096;
constexpr std::size_t kFewParameters = 1 << 16;

float normalize(const Normalization& normalization, float pixel) {
  return (pixel / 255.0F - static_cast<float>(normalization.mean)) /
         static_cast<float>(normalization.std);
}

kernels::PixelTable make_pixel_table(const Normalization& normalization) {
  kernels::PixelTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = normalize(normalization, static_cast<float>(i));
  }
  return table;
}

constexpr std::array<std::string_view, kSplits> kSplitNames{"train", "test", "validation"};

/// What torch.nn.utils.clip_grad_norm_ multiplies a gradient by; the norm is summed in order.
double clipping_scale(double max_norm, std::span<const float> gradient) {
  double sum = 0.0;
  for (const float g : gradient) {
    sum += static_cast<double>(g) * g;
  }
  return std::min(1.0, max_norm / (std::sqrt(sum) + 1e-6));
}

}  // namespace

void require_valid(const TrainerOptions& options) {
  require_valid(options.optimizer);
  require_valid(options.schedule);
  require_valid(options.loss);
  require_valid(options.augment);
  if (options.batch_size < 1 || options.batch_size > kMaxBatch) {
    fail("[trainer] expected a batch size from 1 to ", kMaxBatch, ", got ", options.batch_size);
  }
  if (!(options.ema_decay >= 0.0 && options.ema_decay < 1.0)) {
    fail("[trainer] expected an emaDecay from 0 to below 1, got ", options.ema_decay);
  }
  const auto& [mean, std] = options.normalization;
  if (!std::isfinite(mean) || !(std > 0.0) || !std::isfinite(std)) {
    fail("[trainer] expected a finite mean and a std above 0, got ", mean, " and ", std);
  }
}

Trainer::State::State(ModelSpec spec, const TrainerOptions& chosen, Executor& threads)
    : options(chosen),
      executor(threads),
      model(std::move(spec), chosen.seed),
      runner(model, threads),
      inspection(std::max(model.inspection_plan().kept_size(), model.plan().workspace_size())) {
  require_generatable(options);
  require_named(options);
  reset_optimizer();
  augmenter = make_augmenter(options);
  apply_options();
}

std::int64_t Trainer::State::steps_per_epoch() const {
  const auto samples = static_cast<std::int64_t>(train.size());
  return (samples + options.batch_size - 1) / options.batch_size;
}

Dataset& Trainer::State::require_data(Split split) {
  if (data(split).size() == 0) {
    fail_as(ErrorCode::kMissingData, "[trainer] expected ",
            kSplitNames[static_cast<std::size_t>(split)],
            " data before this call, got none (setData)");
  }
  return data(split);
}

void Trainer::State::require_fits(const Dataset& dataset) const {
  const Shape& input = model.summary().input;
  if (dataset.shape() != input) {
    fail("[data] expected images for the model's input ", describe(input), ", got images of ",
         describe(dataset.shape()));
  }
  dataset.require_labels_below(model.classes());
}

void Trainer::State::require_fits(const Checkpoint& checkpoint) const {
  if (checkpoint.spec.input != model.spec().input ||
      checkpoint.spec.layers != model.spec().layers) {
    fail("[checkpoint] expected one of this session's model '", model.spec().name,
         "', got one of '", checkpoint.spec.name, "' with other layers");
  }
  require_valid(checkpoint.options);
  require_generatable(checkpoint.options);
  require_named(checkpoint.options);
  std::size_t trained = 0;
  std::size_t count = 0;  // buffers included
  for (const ParameterView& view : model.parameter_views()) {
    trained += view.spec.is_trained() ? view.spec.size() : 0;
    count += view.spec.size();
  }
  const std::size_t state = trained * state_per_parameter(checkpoint.options.optimizer.type);
  const std::size_t averages = checkpoint.options.ema_decay > 0.0 ? trained : 0;
  if (checkpoint.parameters.size() != count || checkpoint.optimizer_state.size() != state ||
      checkpoint.average.size() != averages) {
    fail("[checkpoint] expected ", count, " parameters, ", state, " optimizer numbers and ",
         averages, " averages, got ", checkpoint.parameters.size(), ", ",
         checkpoint.optimizer_state.size(), " and ", checkpoint.average.size());
  }
}

void Trainer::State::require_generatable(const TrainerOptions& wanted) const {
  const Shape& input = model.summary().input;
  const bool fits =
      input == Shape{1, kDigitSide, kDigitSide} && model.classes() >= kGeneratedClasses;
  if (wanted.augment.generated > 0.0 && !fits) {
    fail("[augment] expected a model for digits of [1,", kDigitSide, ",", kDigitSide, "] in ",
         kGeneratedClasses, " classes where digits are generated, got one for [", input.channels,
         ",", input.height, ",", input.width, "] in ", model.classes());
  }
}

void Trainer::State::require_named(const TrainerOptions& wanted) const {
  const auto& names = wanted.class_names;
  const auto classes = static_cast<std::size_t>(model.classes());
  if (!names.empty() && names.size() != classes) {
    fail("[trainer] expected a name for each of ", classes, " classes, got ", names.size());
  }
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty() || std::find(names.begin(), name, *name) != name) {
      fail("[trainer] expected a different name for each class, got '", *name, "' again");
    }
  }
}

std::size_t Trainer::State::optimizer_state_size(const TrainerOptions& wanted) const {
  return state_per_parameter(wanted.optimizer.type) * model.trainable_size();
}

std::size_t Trainer::State::average_size(const TrainerOptions& wanted) const {
  return wanted.ema_decay > 0.0 ? model.trainable_size() : 0;
}

std::unique_ptr<Augmenter> Trainer::State::make_augmenter(const TrainerOptions& wanted) const {
  const Shape& input = model.summary().input;
  return is_identity(wanted.augment)
             ? nullptr
             : std::make_unique<Augmenter>(wanted.augment, input.height, input.width);
}

void Trainer::State::reset_optimizer() {
  optimizer_state.assign(optimizer_state_size(options), 0.0F);
  average.assign(average_size(options), 0.0F);
}

void Trainer::State::apply_options() noexcept {
  runner.set_pixel_table(make_pixel_table(options.normalization));
  runner.set_loss(options.loss);
  runner.augmenter_changed();
}

Trainer::Snapshot::Contents Trainer::State::contents_of(const Checkpoint& checkpoint) const {
  require_fits(checkpoint);
  Snapshot::Contents contents{.options = checkpoint.options,
                              .step = checkpoint.step,
                              .parameters = Buffer(model.parameters().size()),
                              .optimizer_state = Buffer(optimizer_state_size(checkpoint.options)),
                              .average = Buffer(average_size(checkpoint.options)),
                              .augmenter = make_augmenter(checkpoint.options)};
  if (contents.options.class_names.empty()) {
    contents.options.class_names = options.class_names;
  }
  unpack(checkpoint.parameters, contents.parameters, contents.parameters.size());
  unpack(checkpoint.optimizer_state, contents.optimizer_state, model.trainable_size());
  unpack(checkpoint.average, contents.average, model.trainable_size());
  return contents;
}

void Trainer::State::take_over(Snapshot::Contents& contents) noexcept {
  drop_step();
  options = std::move(contents.options);
  step = contents.step;
  order_epoch = -1;
  std::ranges::copy(contents.parameters, model.mutable_parameters().begin());
  model.parameters_changed();
  optimizer_state = std::move(contents.optimizer_state);
  average = std::move(contents.average);
  augmenter = std::move(contents.augmenter);
  apply_options();
}

Augmentation Trainer::State::augmentation() const {
  return {.augmenter = augmenter.get(),
          .seed = options.seed,
          .epoch = static_cast<std::uint32_t>(step / steps_per_epoch()),
          .generates = options.augment.generated > 0.0};
}

/// The weights that evaluate and predict: the average where there is one, else the model's.
EvaluationWeights Trainer::State::evaluation_weights() {
  if (average.empty() || step == 0) {
    return {model.parameters(), model.packed()};
  }
  const auto all = model.parameters();
  averaged.assign(all.begin(), all.end());  // also what is not averaged: frozen and buffers
  std::ranges::copy(average, averaged.begin());
  averaged_packed.resize(model.packed().size());
  model.plan().pack(averaged, averaged_packed);
  return {averaged, averaged_packed};
}

bool Trainer::State::gives_way(const DigitKey& key) const {
  return options.augment.generated > 0.0 && is_generated(key, options.augment.generated);
}

std::span<const Sample> Trainer::State::next_batch() {
  const std::int64_t epoch = step / steps_per_epoch();
  if (epoch != order_epoch || order.size() != train.size()) {
    order = shuffled_order(options.seed, static_cast<std::uint32_t>(epoch),
                           static_cast<std::uint32_t>(train.size()));
    order_epoch = epoch;
  }
  const auto size = static_cast<std::size_t>(options.batch_size);
  const std::size_t first = static_cast<std::size_t>(step % steps_per_epoch()) * size;
  batch.resize(std::min(size, order.size() - first));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::size_t index = order[first + i];
    batch[i] = {train.pixels(index), train.label(index), index};
    const DigitKey key{options.seed, static_cast<std::uint32_t>(epoch), index};
    if (gives_way(key)) {
      batch[i].label = static_cast<std::uint8_t>(generated_label(key));
      batch[i].generated = true;
    }
  }
  return batch;
}

bool Trainer::State::train_blocks(std::size_t blocks, Tally& tally, TrainResult& result) {
  if (within_step) {
    swap_buffers();
  } else {
    begin_step();
  }
  within_step = !runner.advance(blocks);
  if (within_step) {
    swap_buffers();
  } else {
    end_step(tally, result);
  }
  return !within_step;
}

void Trainer::State::begin_step() {
  const auto buffers = model.parameters().subspan(model.buffers_offset());
  other_buffers.assign(buffers.begin(), buffers.end());
  runner.begin(next_batch(),
               {.drops_out = true, .updates_running = true, .seed = options.seed, .step = step},
               augmentation());
}

void Trainer::State::end_step(Tally& tally, TrainResult& result) {
  Tally now;
  now.add(runner, batch);
  tally += now;
  result.divergence =
      find_divergence(options, model.classes(), step, mean_of(now.loss_sum, now.samples));
  if (result.divergence) {
    swap_buffers();
    return;
  }
  result.learning_rate = update_weights();
  ++step;
}

TrainResult Trainer::State::sum_up(const Tally& tally, TrainResult result) const {
  result.step = step;
  result.epoch = step / steps_per_epoch();
  result.samples = tally.samples;
  result.loss_sum = tally.loss_sum;
  result.correct = tally.correct;
  result.loss = mean_of(tally.loss_sum, tally.samples);
  result.accuracy = mean_of(static_cast<double>(tally.correct), tally.samples);
  return result;
}

void Trainer::State::swap_buffers() {
  std::ranges::swap_ranges(model.mutable_parameters().subspan(model.buffers_offset()),
                           other_buffers);
}

double Trainer::State::update_weights() {
  OptimizerStep now = plain_step(options.optimizer, step + 1);
  now.learning_rate = learning_rate_at(options.schedule, now.learning_rate, step);
  now.momentum = momentum_at(options.schedule, now.momentum, step);
  const std::size_t blocks = model.trainable_size() / kLanes;
  const auto threads = static_cast<std::size_t>(executor.threads());
  const std::span<float> trained = model.mutable_parameters().first(model.trainable_size());
  // What one thread has just computed and holds in its cache, the others would only wait for.
  const bool is_one_threads = batch.size() <= kLanes && model.trainable_size() <= kFewParameters;
  const auto for_ranges = [&](const auto& run) {
    if (is_one_threads) {
      run(0, model.trainable_size());
      return;
    }
    executor.for_each_thread([&](int thread) noexcept {
      const auto t = static_cast<std::size_t>(thread);
      const std::size_t first = blocks * t / threads * kLanes;
      run(first, blocks * (t + 1) / threads * kLanes - first);
    });
  };
  // The first average is the weights after the first step, as in torch.optim.swa_utils.
  const float ema_decay = step == 0 ? 0.0F : static_cast<float>(options.ema_decay);
  const bool clips = options.optimizer.clip_norm > 0.0;
  if (clips) {
    for_ranges([&](std::size_t first, std::size_t count) { runner.sum_gradient(first, count); });
    now.gradient_scale = clipping_scale(options.optimizer.clip_norm, runner.gradient());
  }
  for_ranges([&](std::size_t first, std::size_t count) {
    if (!clips) {
      runner.sum_gradient(first, count);
    }
    apply_optimizer(options.optimizer, now, first, count, runner.gradient(), trained,
                    optimizer_state);
    if (options.ema_decay > 0.0) {
      kernels::ema_step(ema_decay, trained.subspan(first, count),
                        std::span(average).subspan(first, count));
    }
  });
  model.parameters_changed();
  return now.learning_rate;
}

float Trainer::State::normalized(float pixel) const {
  return normalize(options.normalization, pixel);
}

std::span<const float> Trainer::State::normalized(std::span<const float> pixels) {
  const std::size_t expected = model.summary().input.size();
  if (pixels.size() != expected) {
    fail("[predict] expected ", expected, " pixels, got ", pixels.size());
  }
  image.resize(expected);
  std::ranges::transform(pixels, image.begin(), [normalization = options.normalization](float p) {
    return normalize(normalization, p);
  });
  return image;
}

void Trainer::State::run_inspection(std::span<const float> pixels) {
  run_image(model.inspection_plan(), pixels);
}

std::span<const float> Trainer::State::run_prediction(std::span<const float> pixels) {
  run_image(model.plan(), pixels);
  return model.plan().output(inspection, model.summary().layers.size() - 1);
}

void Trainer::State::run_image(const Plan& plan, std::span<const float> pixels) {
  const std::span<const float> values = normalized(pixels);
  const std::span<float> input = plan.input(inspection);
  for (std::size_t i = 0; i < values.size(); ++i) {
    input[i * kLanes] = values[i];
  }
  std::vector<float> no_shared(plan.shared_size());
  const EvaluationWeights weights = evaluation_weights();
  plan.forward({weights.parameters, weights.packed, no_shared}, {{.samples = 1}, 0, inspection});
}

std::vector<NamedTensor> Trainer::State::name(std::span<const float> flat) const {
  std::vector<NamedTensor> tensors;
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (offset < flat.size()) {  // a gradient has neither frozen parameters nor buffers
      const auto values = flat.subspan(offset, spec.size());
      tensors.push_back({spec.name, spec.shape, {values.begin(), values.end()}});
    }
  }
  return tensors;
}

/// flat: arrays of `size` floats, each laid out like the model's memory up to there. Without the
/// gaps between parameters.
std::vector<float> Trainer::State::pack(std::span<const float> flat, std::size_t size) const {
  std::vector<float> values;
  for (; !flat.empty(); flat = flat.subspan(size)) {
    for (const auto& [spec, offset] : model.parameter_views()) {
      if (offset < size) {
        const auto part = flat.subspan(offset, spec.size());
        values.insert(values.end(), part.begin(), part.end());
      }
    }
  }
  return values;
}

void Trainer::State::unpack(std::span<const float> values, std::span<float> flat,
                            std::size_t size) const {
  for (; !flat.empty(); flat = flat.subspan(size)) {
    for (const auto& [spec, offset] : model.parameter_views()) {
      if (offset < size) {
        std::ranges::copy(values.first(spec.size()), flat.subspan(offset).begin());
        values = values.subspan(spec.size());
      }
    }
  }
}

}  // namespace tinycnn
