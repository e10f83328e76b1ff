// SPDX-License-Identifier: MIT
// An Executor on POSIX threads. Waiting threads spin briefly, then sleep: the two hand-overs of a
// training step cost microseconds, an idle pool costs nothing, and a busy core is free for other
// threads. If a worker has not started its task by then, the caller runs it, so that nothing waits
// for a thread that is still waking up or has no core. A pool can work with fewer threads than it
// has. Without std::thread, whose exceptions add a tenth to the size of the WebAssembly module.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "tinycnn/executor.h"

namespace tinycnn {

/// An executor with threads of its own, which end with it.
class ThreadPool final : public Executor {
 public:
  /// The largest pool.
  static constexpr int kMaxThreads = 1024;

  /// threads: the caller of run() included; 1 to kMaxThreads. Throws Error where the system does
  /// not give as many; those that have started end first.
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ThreadPool(ThreadPool&&) = delete;
  ThreadPool& operator=(ThreadPool&&) = delete;
  ~ThreadPool() override;

  [[nodiscard]] int threads() const noexcept override { return active_; }
  [[nodiscard]] int max_threads() const noexcept override { return threads_; }

  /// Lets only the first `threads` of the pool's threads work from now on, 1 to max_threads(). The
  /// others sleep: no run() wakes them. Call it between two runs. Throws Error for another number.
  void set_active(int threads);

  void run(Task task, void* context) noexcept override;

 private:
  static constexpr std::size_t kCacheLine = 64;

  struct Worker {
    ThreadPool* pool = nullptr;
    int number = 0;
    pthread_t thread{};
    /// The last generation whose task was started, by the worker or by the caller.
    alignas(kCacheLine) std::atomic<std::uint32_t> begun{0};
  };

  void work(Worker& worker) noexcept;
  /// Sleeps for as long as the worker is not one of the active threads.
  void rest(const Worker& worker) noexcept;
  /// Runs the worker's task of this generation unless its thread or the caller has started it.
  void do_unless_begun(Worker& worker, std::uint32_t generation) noexcept;
  /// Waits until the generation is no longer `seen`; returns the new one.
  std::uint32_t wait_for_task(std::uint32_t seen) noexcept;
  std::uint32_t next_generation() noexcept;
  void wait_for_workers() noexcept;
  /// Ends the first `started` workers.
  void stop(std::size_t started) noexcept;

  int threads_ = 1;
  std::atomic<int> active_{1};
  Task task_ = nullptr;
  void* context_ = nullptr;
  std::atomic<bool> stopping_{false};
  // Members that are written while other threads wait for them have their own cache lines.
  alignas(kCacheLine) std::atomic<std::uint32_t> generation_{0};  // counts tasks
  alignas(kCacheLine) std::atomic<int> running_{0};
  alignas(kCacheLine) std::atomic<int> sleeping_{0};  // workers
  std::atomic<bool> caller_sleeps_{false};
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;  // signals a task to the workers
  pthread_cond_t rest_ = PTHREAD_COND_INITIALIZER;  // signals a change of active_ to the workers
  pthread_cond_t done_ = PTHREAD_COND_INITIALIZER;  // signals its end to the caller
  std::size_t worker_count_ = 0;
  std::unique_ptr<Worker[]> workers_;
};

}  // namespace tinycnn
