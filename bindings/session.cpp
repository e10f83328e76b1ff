// SPDX-License-Identifier: MIT
#include "session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tinycnn/checkpoint.h"
#include "tinycnn/error.h"
#include "tinycnn/learning_rate_finder.h"

#ifdef __EMSCRIPTEN_PTHREADS__
#include <emscripten/em_js.h>

#include "tinycnn/thread_pool.h"
#endif

#ifdef __EMSCRIPTEN_PTHREADS__
EM_JS(void, terminate_all_threads, (), { PThread.terminateAllThreads(); });
#endif

namespace tinycnn::bindings {
namespace {

std::unique_ptr<Executor>& the_executor() {
  static std::unique_ptr<Executor> executor = std::make_unique<SerialExecutor>();
  return executor;
}

#ifdef __EMSCRIPTEN_PTHREADS__
/// Null with one thread, and before start_threads.
ThreadPool*& the_pool() {
  static ThreadPool* pool = nullptr;
  return pool;
}
#endif

/// An integer from 0, checked by the package; limited to the largest size of an array.
std::size_t to_count(const val& value) {
  constexpr double kMax = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::size_t>(std::min(value.as<double>(), kMax));
}

/// From the split's number, in the order of the enumeration.
Split to_split(const val& value) { return static_cast<Split>(value.as<int>()); }

}  // namespace

Executor& executor() { return *the_executor(); }

val start_threads(int threads) {
  return guarded([&] {
#ifdef __EMSCRIPTEN_PTHREADS__
    if (threads > 1) {
      auto pool = std::make_unique<ThreadPool>(threads);
      the_pool() = pool.get();
      the_executor() = std::move(pool);
    }
#else
    static_cast<void>(threads);
#endif
    return val(executor().threads());
  });
}

val set_active_threads(int threads) {
  return guarded([&] {
#ifdef __EMSCRIPTEN_PTHREADS__
    if (the_pool() != nullptr) {
      the_pool()->set_active(threads);
    }
#else
    static_cast<void>(threads);
#endif
    return val::undefined();
  });
}

void end_threads() {
#ifdef __EMSCRIPTEN_PTHREADS__
  terminate_all_threads();
#endif
}

val Session::create(const val& options) {
  return guarded([&] {
    const TrainerOptions chosen = to_trainer_options(options);
    const val model = options["model"];
    ModelSpec spec =
        model.isString() ? find_in_zoo(model.as<std::string>()).spec : to_model_spec(model);
    trainer_ = std::make_unique<Trainer>(std::move(spec), chosen, executor());
    return val::undefined();
  });
}

val Session::restore(const val& bytes) {
  return guarded([&] {
    const Checkpoint checkpoint = decode_checkpoint(to_bytes(bytes, "restoreSession"));
    trainer_ = std::make_unique<Trainer>(checkpoint, executor());
    return val::undefined();
  });
}

val Session::set_data(const val& split, const val& data) {
  return guarded([&] {
    trainer_->set_data(to_split(split), to_dataset(data));
    return val::undefined();
  });
}

val Session::samples(const val& split, const val& first, const val& count) {
  return guarded([&] {
    const Dataset& data = trainer_->data(to_split(split));
    const std::size_t begin = std::min(to_count(first), data.size());
    const std::size_t samples = std::min(to_count(count), data.size() - begin);
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < samples; ++i) {
      labels.push_back(data.label(begin + i));
    }
    val object = val::object();
    put(object, "images", from_bytes({data.pixels(begin), samples * data.shape().size()}));
    put(object, "labels", from_bytes(labels));
    return object;
  });
}

val Session::train_steps(const val& steps) {
  return guarded([&] {
    const auto count = steps.as<int>();
    return from_train_result(trainer_->train_steps(count));
  });
}

val Session::train_slice(const val& rounds) {
  return guarded([&] {
    const auto count = rounds.as<int>();
    const auto result = trainer_->train_slice(count);
    return result ? from_train_result(*result) : val::null();
  });
}

val Session::set_learning_rate(const val& learning_rate) {
  return guarded([&] {
    trainer_->set_learning_rate(to_number(learning_rate, "setLearningRate"));
    return val::undefined();
  });
}

val Session::set_schedule(const val& schedule) {
  return guarded([&] {
    trainer_->set_schedule(to_schedule(schedule));
    return val::undefined();
  });
}

val Session::find_learning_rate(const val& options) {
  return guarded([&] {
    return from_range_test(tinycnn::find_learning_rate(*trainer_, to_range_test_options(options)));
  });
}

val Session::prune(const val& numbers) {
  return guarded([&] {
    const auto integer = [&](int i) { return static_cast<std::int64_t>(numbers[i].as<double>()); };
    trainer_->prune(
        {.sparsity = numbers[0].as<double>(),
         .schedule = {
             .start = integer(1), .steps = integer(2), .frequency = static_cast<int>(integer(3))}});
    return val::undefined();
  });
}

val Session::pruning() {
  return guarded([&] {
    const Pruning pruning = trainer_->pruning();
    val object = val::object();
    put(object, "target", pruning.target);
    put(object, "sparsity", pruning.sparsity);
    return object;
  });
}

val Session::augmented(const val& index, const val& epoch) {
  return guarded([&] {
    const auto which = static_cast<std::uint32_t>(epoch.as<double>());
    return from_bytes(trainer_->augmented(to_count(index), which));
  });
}

val Session::evaluate(const val& split, const val& first, const val& count) {
  return guarded([&] {
    return from_evaluation(trainer_->evaluate(to_split(split), to_count(first), to_count(count)),
                           trainer_->model().classes());
  });
}

val Session::predict(const val& pixels, const val& raw) {
  return guarded([&] {
    const std::vector<float> image = to_floats(pixels, "pixels");
    return from_floats(raw.isTrue() ? trainer_->logits(image) : trainer_->predict(image));
  });
}

val Session::predict_batch(const val& pixels) {
  return guarded([&] { return from_floats(trainer_->predict_batch(to_floats(pixels, "pixels"))); });
}

val Session::predict_repeatedly(const val& pixels, const val& count) {
  return guarded([&] {
    const auto image = to_floats(pixels, "pixels");
    constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 16;
    for (auto left = to_repetitions(count, "predictRepeatedly.count", kMaxCount); left > 0;
         --left) {
      static_cast<void>(trainer_->predict(image));
    }
    return val::undefined();
  });
}

val Session::activations(const val& pixels) {
  return guarded([&] { return from_maps(trainer_->activations(to_floats(pixels, "pixels"))); });
}

val Session::parameters(const val& averaged) {
  return guarded([&] {
    return from_tensors(averaged.isTrue() ? trainer_->evaluated_parameters()
                                          : trainer_->parameters());
  });
}

val Session::set_parameters(const val& tensors) {
  return guarded([&] {
    trainer_->set_parameters(to_tensors(tensors));
    return val::undefined();
  });
}

val Session::gradients(const val& data) {
  return guarded([&] { return from_tensors(trainer_->gradients(to_dataset(data))); });
}

val Session::rewind(const val& seed) {
  return guarded([&] {
    trainer_->rewind(seed.isUndefined() ? trainer_->options().seed
                                        : static_cast<std::uint64_t>(seed.as<double>()));
    return val::undefined();
  });
}

val Session::save() {
  return guarded([&] { return from_bytes(trainer_->save()); });
}

val Session::load(const val& bytes) {
  return guarded([&] {
    trainer_->load(to_bytes(bytes, "load"));
    return val::undefined();
  });
}

val Session::state() {
  return guarded([&] {
    val object = val::object();
    put(object, "spec", from_model_spec(trainer_->model().spec()));
    put(object, "summary", from_summary(trainer_->model().summary()));
    put(object, "classNames", from_texts(trainer_->options().class_names));
    put(object, "step", trainer_->step());
    put(object, "stepsPerEpoch", trainer_->steps_per_epoch());
    put(object, "seed", trainer_->options().seed);
    put(object, "batchSize", trainer_->options().batch_size);
    put(object, "memoryBytes", trainer_->memory_bytes());
    return object;
  });
}

}  // namespace tinycnn::bindings
