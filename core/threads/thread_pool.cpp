// SPDX-License-Identifier: MIT
#include "threads/thread_pool.h"

#include "tinycnn/error.h"

namespace tinycnn {
namespace {

constexpr int kSpins = 20'000;  // some tens of microseconds

}  // namespace

ThreadPool::ThreadPool(int threads) {
  if (threads < 1) {
    fail("[threads] expected at least 1 thread, got ", threads);
  }
  for (int thread = 1; thread < threads; ++thread) {
    workers_.emplace_back([this, thread] { work(thread); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ++generation_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) {
    worker.join();
  }
}

std::uint32_t ThreadPool::wait_for_task(std::uint32_t seen) noexcept {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (const std::uint32_t now = generation_.load(std::memory_order_acquire); now != seen) {
      return now;
    }
  }
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return generation_.load(std::memory_order_acquire) != seen; });
  return generation_.load(std::memory_order_acquire);
}

void ThreadPool::work(int thread) noexcept {
  std::uint32_t seen = 0;
  while (true) {
    seen = wait_for_task(seen);
    if (stopping_) {
      return;
    }
    task_(context_, thread);
    running_.fetch_sub(1, std::memory_order_release);
  }
}

void ThreadPool::run(Task task, void* context) noexcept {
  if (!workers_.empty()) {
    const std::lock_guard lock(mutex_);
    task_ = task;
    context_ = context;
    running_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
  }
  wake_.notify_all();
  task(context, 0);
  // The others have as much to do: spin, and give the core away once that takes long.
  for (int spin = 0; running_.load(std::memory_order_acquire) > 0; ++spin) {
    if (spin > kSpins) {
      std::this_thread::yield();
    }
  }
}

}  // namespace tinycnn
