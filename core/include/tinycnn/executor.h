// SPDX-License-Identifier: MIT
// How work is spread over threads. The core does not know where threads come from; results never
// depend on how many there are.
#pragma once

namespace tinycnn {

class Executor {
 public:
  using Task = void (*)(void* context, int thread) noexcept;

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  Executor(Executor&&) = delete;
  Executor& operator=(Executor&&) = delete;
  virtual ~Executor() = default;

  [[nodiscard]] virtual int threads() const noexcept = 0;

  /// Calls task(context, t) for every t in 0..threads()-1, possibly at once; returns after the
  /// last.
  virtual void run(Task task, void* context) noexcept = 0;

  /// The same for a noexcept function object called with the thread's number.
  template <class Function>
  void for_each_thread(Function function) noexcept {
    run([](void* context, int thread) noexcept { (*static_cast<Function*>(context))(thread); },
        &function);
  }
};

/// One thread: the caller's.
class SerialExecutor final : public Executor {
 public:
  [[nodiscard]] int threads() const noexcept override { return 1; }
  void run(Task task, void* context) noexcept override { task(context, 0); }
};

}  // namespace tinycnn
