// SPDX-License-Identifier: MIT
// An Executor on std::thread: workers spin briefly for the next task, then sleep, so that the two
// hand-overs of a training step cost microseconds and an idle pool costs nothing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tinycnn/executor.h"

namespace tinycnn {

class ThreadPool final : public Executor {
 public:
  /// threads: the caller of run() included; at least 1.
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ThreadPool(ThreadPool&&) = delete;
  ThreadPool& operator=(ThreadPool&&) = delete;
  ~ThreadPool() override;

  [[nodiscard]] int threads() const noexcept override {
    return static_cast<int>(workers_.size()) + 1;
  }
  void run(Task task, void* context) noexcept override;

 private:
  void work(int thread) noexcept;
  /// Waits until the generation is no longer `seen`; returns the new one.
  std::uint32_t wait_for_task(std::uint32_t seen) noexcept;

  Task task_ = nullptr;
  void* context_ = nullptr;
  std::atomic<std::uint32_t> generation_{0};  // counts tasks
  std::atomic<int> running_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> workers_;
};

}  // namespace tinycnn
