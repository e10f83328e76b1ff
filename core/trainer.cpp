// SPDX-License-Identifier: MIT
#include "tinycnn/trainer.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "batch_runner.h"
#include "buffer.h"
#include "divergence.h"
#include "kernels/optimizer.h"
#include "kernels/softmax.h"
#include "plan.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/error.h"
#include "tinycnn/random.h"

namespace tinycnn {
namespace {

constexpr int kMaxBatch = 4096;

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

std::string_view name_of(Split split) { return split == Split::kTrain ? "train" : "test"; }

/// Lane 0 of a block as one sample's values.
std::vector<float> first_lane(std::span<const float> block) {
  std::vector<float> values(block.size() / kLanes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = block[i * kLanes];
  }
  return values;
}

/// What a network trained with this loss says of one sample. Softmax takes logits and log
/// probabilities alike; outputs trained by squared error are shares of their sum.
std::vector<float> to_probabilities(LossType loss, std::span<const float> output) {
  if (loss == LossType::kMeanSquaredError) {
    std::vector<float> shares = first_lane(output);
    float sum = 0.0F;
    for (float& share : shares) {
      share = std::max(share, 0.0F);
      sum += share;
    }
    for (float& share : shares) {
      share = sum > 0.0F ? share / sum : 1.0F / static_cast<float>(shares.size());
    }
    return shares;
  }
  std::vector<float> probabilities(output.size());
  kernels::softmax_forward(output, probabilities);
  return first_lane(probabilities);
}

/// What torch.nn.utils.clip_grad_norm_ multiplies a gradient by; the norm is summed in order.
double clipping_scale(double max_norm, std::span<const float> gradient) {
  double sum = 0.0;
  for (const float g : gradient) {
    sum += static_cast<double>(g) * g;
  }
  return std::min(1.0, max_norm / (std::sqrt(sum) + 1e-6));
}

double mean_of(double sum, std::size_t count) { return sum / static_cast<double>(count); }

/// What one mini-batch adds to the figures of train_steps and evaluate.
struct Tally {
  std::size_t samples = 0;
  std::size_t correct = 0;
  double loss_sum = 0.0;

  void add(const BatchRunner& runner, std::span<const Sample> batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      loss_sum += runner.losses()[i];
      correct += runner.predicted()[i] == batch[i].label ? 1 : 0;
    }
    samples += batch.size();
  }
  Tally& operator+=(const Tally& other) {
    samples += other.samples;
    correct += other.correct;
    loss_sum += other.loss_sum;
    return *this;
  }
};

}  // namespace

struct Trainer::State {
  State(ModelSpec spec, const TrainerOptions& chosen, Executor& threads)
      : options(chosen),
        executor(threads),
        model(std::move(spec), chosen.seed),
        runner(model, threads),
        inspection(model.inspection_plan().workspace_size()) {
    runner.set_pixel_table(make_pixel_table(options.normalization));
    runner.set_loss(options.loss);
    reset_optimizer();
    reset_augmenter();
  }

  [[nodiscard]] Dataset& data(Split split) { return split == Split::kTrain ? train : test; }
  [[nodiscard]] std::int64_t steps_per_epoch() const;
  Dataset& require_data(Split split);
  void require_fits(const Dataset& dataset) const;
  void require_fits(const Checkpoint& checkpoint) const;
  void reset_optimizer();
  void reset_augmenter();
  [[nodiscard]] Augmentation augmentation() const;
  EvaluationWeights evaluation_weights();
  std::span<const Sample> next_batch();
  Tally train_step(TrainResult& result);
  double update_weights();
  void run_inspection(std::span<const float> pixels);
  [[nodiscard]] std::vector<NamedTensor> name(std::span<const float> flat) const;
  [[nodiscard]] std::vector<float> pack(std::span<const float> flat, std::size_t size) const;
  void unpack(std::span<const float> values, std::span<float> flat, std::size_t size) const;

  TrainerOptions options;
  Executor& executor;
  Model model;
  BatchRunner runner;
  Buffer inspection;  // workspace of the inspection plan
  Buffer optimizer_state;
  Buffer average;   // of what is trained; empty without ema_decay
  Buffer averaged;  // all parameters as they are evaluated, and packed
  Buffer averaged_packed;
  std::unique_ptr<Augmenter> augmenter;  // none where nothing is distorted
  std::vector<float> buffers_before;     // running statistics before a mini-batch
  Dataset train;
  Dataset test;
  std::int64_t step = 0;
  std::vector<Sample> batch;
  std::vector<std::uint32_t> order;  // of the epoch below
  std::int64_t order_epoch = -1;
};

std::int64_t Trainer::State::steps_per_epoch() const {
  const auto samples = static_cast<std::int64_t>(train.size());
  return (samples + options.batch_size - 1) / options.batch_size;
}

Dataset& Trainer::State::require_data(Split split) {
  if (data(split).size() == 0) {
    fail("[trainer] expected ", name_of(split), " data before this call, got none (setData)");
  }
  return data(split);
}

void Trainer::State::require_fits(const Dataset& dataset) const {
  const Shape& input = model.summary().input;
  if (input.channels != 1 || dataset.height() != input.height || dataset.width() != input.width) {
    fail("[data] expected images for the model's input [", input.channels, ",", input.height, ",",
         input.width, "], got images of [1,", dataset.height(), ",", dataset.width(), "]");
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
  const auto trained = static_cast<std::size_t>(model.summary().parameter_count);
  std::size_t count = 0;  // buffers included
  for (const ParameterView& view : model.parameter_views()) {
    count += view.spec.size();
  }
  const std::size_t state = trained * state_per_parameter(checkpoint.options.optimizer.type);
  const std::size_t averages = checkpoint.options.ema_decay > 0.0 ? trained : 0;
  if (checkpoint.parameters.size() != count || checkpoint.optimizer_state.size() != state ||
      checkpoint.average.size() != averages || checkpoint.step < 0) {
    fail("[checkpoint] expected ", count, " parameters and ", state, " optimizer numbers, got ",
         checkpoint.parameters.size(), " and ", checkpoint.optimizer_state.size());
  }
}

void Trainer::State::reset_optimizer() {
  optimizer_state.assign(state_per_parameter(options.optimizer.type) * model.trainable_size(),
                         0.0F);
  average.assign(options.ema_decay > 0.0 ? model.trainable_size() : 0, 0.0F);
}

void Trainer::State::reset_augmenter() {
  const Shape& input = model.summary().input;
  augmenter = is_identity(options.augment)
                  ? nullptr
                  : std::make_unique<Augmenter>(options.augment, input.height, input.width);
}

Augmentation Trainer::State::augmentation() const {
  return {augmenter.get(), options.seed, static_cast<std::uint32_t>(step / steps_per_epoch())};
}

/// The weights that evaluate and predict: the average where there is one, else the model's.
EvaluationWeights Trainer::State::evaluation_weights() {
  if (average.empty() || step == 0) {
    return {model.parameters(), model.packed()};
  }
  const auto all = model.parameters();
  averaged.assign(all.begin(), all.end());  // with the buffers, which are not averaged
  std::ranges::copy(average, averaged.begin());
  averaged_packed.resize(model.packed().size());
  model.plan().pack(averaged, averaged_packed);
  return {averaged, averaged_packed};
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
  }
  return batch;
}

/// One mini-batch. Where it shows a divergence, weights and running statistics stay as they were.
Tally Trainer::State::train_step(TrainResult& result) {
  const std::span<const Sample> samples = next_batch();
  const std::span<float> buffers = model.mutable_parameters().subspan(model.trainable_size());
  buffers_before.assign(buffers.begin(), buffers.end());
  runner.backpropagate(
      samples, {.drops_out = true, .updates_running = true, .seed = options.seed, .step = step},
      augmentation());
  Tally tally;
  tally.add(runner, samples);
  result.divergence =
      find_divergence(options, model.classes(), step, mean_of(tally.loss_sum, tally.samples));
  if (result.divergence) {
    std::ranges::copy(buffers_before, buffers.begin());
    return tally;
  }
  result.learning_rate = update_weights();
  ++step;
  return tally;
}

double Trainer::State::update_weights() {
  OptimizerStep now = plain_step(options.optimizer, step + 1);
  now.learning_rate = learning_rate_at(options.schedule, now.learning_rate, step);
  now.momentum = momentum_at(options.schedule, now.momentum, step);
  const std::size_t blocks = model.trainable_size() / kLanes;
  const auto threads = static_cast<std::size_t>(executor.threads());
  const std::span<float> trained = model.mutable_parameters().first(model.trainable_size());
  const auto for_ranges = [&](const auto& run) {
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

void Trainer::State::run_inspection(std::span<const float> pixels) {
  const Plan& plan = model.inspection_plan();
  const std::span<float> input = plan.input(inspection);
  if (pixels.size() != input.size() / kLanes) {
    fail("[predict] expected ", input.size() / kLanes, " pixels, got ", pixels.size());
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    input[i * kLanes] = normalize(options.normalization, pixels[i]);
  }
  std::vector<float> no_shared(plan.shared_size());
  const EvaluationWeights weights = evaluation_weights();
  plan.forward({weights.parameters, weights.packed, no_shared}, {{.samples = 1}, 0, inspection});
}

std::vector<NamedTensor> Trainer::State::name(std::span<const float> flat) const {
  std::vector<NamedTensor> tensors;
  for (const auto& [spec, offset] : model.parameter_views()) {
    if (offset < flat.size()) {  // a gradient has no buffers
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

Trainer::Trainer(ModelSpec spec, const TrainerOptions& options, Executor& executor) {
  require_valid(options);
  state_ = std::make_unique<State>(std::move(spec), options, executor);
}

Trainer::~Trainer() = default;

const Model& Trainer::model() const { return state_->model; }
const TrainerOptions& Trainer::options() const { return state_->options; }
std::int64_t Trainer::step() const { return state_->step; }
std::int64_t Trainer::steps_per_epoch() const { return state_->steps_per_epoch(); }

void Trainer::set_data(Split split, Dataset data) {
  state_->require_fits(data);
  state_->data(split) = std::move(data);
}

TrainResult Trainer::train_steps(int steps) {
  State& state = *state_;
  state.require_data(Split::kTrain);
  if (steps < 1) {
    fail("[trainer] expected at least 1 step, got ", steps);
  }
  Tally tally;
  TrainResult result;
  for (int i = 0; i < steps && !result.divergence; ++i) {
    tally += state.train_step(result);
  }
  result.step = state.step;
  result.epoch = state.step / state.steps_per_epoch();
  result.samples = tally.samples;
  result.loss = mean_of(tally.loss_sum, tally.samples);
  result.accuracy = mean_of(static_cast<double>(tally.correct), tally.samples);
  return result;
}

void Trainer::set_learning_rate(double learning_rate) {
  OptimizerOptions changed = state_->options.optimizer;
  changed.learning_rate = learning_rate;
  require_valid(changed);
  state_->options.optimizer = changed;
}

void Trainer::set_schedule(const Schedule& schedule) {
  require_valid(schedule);
  state_->options.schedule = schedule;
}

Evaluation Trainer::evaluate(Split split, std::size_t first, std::size_t count) {
  State& state = *state_;
  const Dataset& data = state.require_data(split);
  const std::size_t begin = std::min(first, data.size());
  std::vector<Sample> samples(std::min(count, data.size() - begin));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = {data.pixels(begin + i), data.label(begin + i)};
  }
  state.runner.evaluate(samples, state.evaluation_weights());
  Tally tally;
  tally.add(state.runner, samples);
  const auto classes = static_cast<std::size_t>(state.model.classes());
  Evaluation evaluation{.count = samples.size(),
                        .loss_sum = tally.loss_sum,
                        .correct = tally.correct,
                        .confusion = std::vector<std::uint32_t>(classes * classes)};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ++evaluation.confusion[samples[i].label * classes + state.runner.predicted()[i]];
  }
  return evaluation;
}

std::vector<float> Trainer::predict(std::span<const float> pixels) {
  State& state = *state_;
  state.run_inspection(pixels);
  const auto output = state.model.inspection_plan().output(state.inspection,
                                                           state.model.summary().layers.size() - 1);
  return to_probabilities(state.options.loss.type, output);
}

std::vector<ActivationMap> Trainer::activations(std::span<const float> pixels) {
  State& state = *state_;
  std::vector<float> probabilities = predict(pixels);
  const Plan& plan = state.model.inspection_plan();
  const ModelSummary& summary = state.model.summary();
  std::vector<ActivationMap> maps;
  maps.push_back({std::string(kInputName), std::string(kInputName), summary.input,
                  first_lane(plan.input(state.inspection))});
  for (std::size_t i = 0; i < summary.layers.size(); ++i) {
    const LayerSummary& layer = summary.layers[i];
    maps.push_back({layer.spec.name, std::string(to_string(layer.spec.type)), layer.output,
                    first_lane(plan.output(state.inspection, i))});
  }
  maps.push_back({"softmax", "softmax", {state.model.classes(), 1, 1}, std::move(probabilities)});
  return maps;
}

std::vector<NamedTensor> Trainer::parameters() const {
  return state_->name(state_->model.parameters());
}

void Trainer::set_parameters(const std::vector<NamedTensor>& tensors) {
  State& state = *state_;
  const auto views = state.model.parameter_views();
  if (tensors.size() != views.size()) {
    fail("[setParameters] expected ", views.size(), " tensors, got ", tensors.size());
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    const ParameterSpec& spec = views[i].spec;
    if (tensors[i].name != spec.name || tensors[i].shape != spec.shape ||
        tensors[i].data.size() != spec.size()) {
      fail("[setParameters] expected tensor ", i, " to be '", spec.name, "' with ", spec.size(),
           " values in its shape, got '", tensors[i].name, "' with ", tensors[i].data.size());
    }
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    std::ranges::copy(tensors[i].data,
                      state.model.mutable_parameters().subspan(views[i].offset).begin());
  }
  const auto trained = state.model.parameters().first(state.average.size());
  std::ranges::copy(trained, state.average.begin());
  state.model.parameters_changed();
}

std::vector<NamedTensor> Trainer::gradients(const Dataset& data) {
  State& state = *state_;
  state.require_fits(data);
  std::vector<Sample> samples(data.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = {data.pixels(i), data.label(i)};
  }
  state.runner.backpropagate(samples, {});
  state.runner.sum_gradient(0, state.model.trainable_size());
  return state.name(state.runner.gradient());
}

void Trainer::rewind(std::uint64_t seed) {
  State& state = *state_;
  state.options.seed = seed;
  state.step = 0;
  state.order_epoch = -1;
  state.reset_optimizer();
  state.model.initialize(seed);
}

std::vector<std::uint8_t> Trainer::save() const {
  const State& state = *state_;
  return encode(
      {.spec = state.model.spec(),
       .options = state.options,
       .step = state.step,
       .parameters = state.pack(state.model.parameters(), state.model.parameters().size()),
       .optimizer_state = state.pack(state.optimizer_state, state.model.trainable_size()),
       .average = state.pack(state.average, state.model.trainable_size())});
}

void Trainer::load(std::span<const std::uint8_t> bytes) {
  State& state = *state_;
  const Checkpoint checkpoint = decode_checkpoint(bytes);
  state.require_fits(checkpoint);
  state.options = checkpoint.options;
  state.step = checkpoint.step;
  state.order_epoch = -1;
  state.reset_optimizer();
  state.reset_augmenter();
  state.unpack(checkpoint.optimizer_state, state.optimizer_state, state.model.trainable_size());
  state.unpack(checkpoint.average, state.average, state.model.trainable_size());
  state.unpack(checkpoint.parameters, state.model.mutable_parameters(),
               state.model.parameters().size());
  state.runner.set_pixel_table(make_pixel_table(state.options.normalization));
  state.runner.set_loss(state.options.loss);
  state.model.parameters_changed();
}

}  // namespace tinycnn
