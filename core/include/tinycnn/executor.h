// SPDX-License-Identifier: MIT
// How work is distributed over threads. The library does not create threads itself, except in
// thread_pool.h. Results never depend on the number of threads.
#pragma once

namespace tinycnn {

/// Runs one task on several threads at once. Derive from it to use threads of your own.
class Executor {
 public:
  /// Called with the context that run() was given and the number of the thread.
  using Task = void (*)(void* context, int thread) noexcept;

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  Executor(Executor&&) = delete;
  Executor& operator=(Executor&&) = delete;
  virtual ~Executor() = default;

  /// As many as work now. May change between two calls of a Trainer's methods.
  [[nodiscard]] virtual int threads() const noexcept = 0;

  /// The upper limit of threads(). Never changes: memory is planned for as many.
  [[nodiscard]] virtual int max_threads() const noexcept { return threads(); }

  /// Calls task(context, t) for every t in 0..threads()-1, possibly concurrently. Returns when all
  /// have returned.
  virtual void run(Task task, void* context) noexcept = 0;

  /// The same for a noexcept function object called with the thread's number.
  template <class Function>
  void for_each_thread(Function function) noexcept {
    run([](void* context, int thread) noexcept { (*static_cast<Function*>(context))(thread); },
        &function);
  }
};

/// Runs everything on the calling thread.
class SerialExecutor final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 1; }
  void run(Task task, void* context) noexcept override { task(context, 0); }
};

}  // namespace tinycnn
