// SPDX-License-Identifier: MIT
// The C++ side of the package's Session. Every method returns { value } or { error } (see guarded).
#pragma once

#include <emscripten/val.h>

#include <memory>

#include "from_js.h"
#include "tinycnn/trainer.h"
#include "to_js.h"

namespace tinycnn::bindings {

/// The engine's threads: set once, before the first session.
Executor& executor();
/// Starts the threads. { value }: how many there are.
val start_threads(int threads);
/// Lets so many of them work from now on; the others sleep.
val set_active_threads(int threads);
/// Ends them at once, wherever they are; nothing of the module may be used afterwards.
void end_threads();

class Session {
 public:
  /// options as in SessionOptions, model a ModelSpec or an id of the zoo.
  val create(const val& options);
  /// From a checkpoint alone.
  val restore(const val& bytes);
  /// split: 0 train, 1 test, 2 validation.
  val set_data(const val& split, const val& data);
  val train_steps(const val& steps);
  /// null until the mini-batch is through.
  val train_slice(const val& rounds);
  val set_learning_rate(const val& learning_rate);
  val set_schedule(const val& schedule);
  /// { least, most, steps } -> { points: [{ learningRate, loss, smoothed }], suggested }
  val find_learning_rate(const val& options);
  /// A training image as bytes, distorted as in an epoch.
  val augmented(const val& index, const val& epoch);
  val evaluate(const val& split, const val& first, const val& count);
  /// raw: what the last layer gives instead of probabilities.
  val predict(const val& pixels, const val& raw);
  /// Images one after another; their probabilities likewise.
  val predict_batch(const val& pixels);
  /// The same `count` times without leaving WebAssembly: nothing is returned.
  val predict_repeatedly(const val& pixels, const val& count);
  val activations(const val& pixels);
  /// Of training, or (averaged) those that evaluate and predict.
  val parameters(const val& averaged);
  val set_parameters(const val& tensors);
  val gradients(const val& data);
  val rewind(const val& seed);
  val save();
  val load(const val& bytes);
  /// { spec, summary, classNames, step, stepsPerEpoch, seed, batchSize, memoryBytes }
  val state();

 private:
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace tinycnn::bindings
