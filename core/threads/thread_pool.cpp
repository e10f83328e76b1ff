// SPDX-License-Identifier: MIT
#include "tinycnn/thread_pool.h"

#include <cstdint>
#include <ctime>

#include "support/text.h"

namespace tinycnn {
namespace {

// Long enough for the part of a small network's step that one thread does alone, because waking a
// thread costs more. Short, because the thread that is waited for may need the core.
constexpr std::int64_t kSpinNanoseconds = 30'000;
constexpr int kLooksPerClock = 256;

// Without std::chrono, whose exceptions add as much to the WebAssembly module as those of
// std::thread.
std::int64_t nanoseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

/// Spins until `there()` is true. Returns false if that takes longer than kSpinNanoseconds.
template <class There>
bool spin_until(const There& there) noexcept {
  const auto look = [&there] {
    for (int i = 0; i < kLooksPerClock; ++i) {
      if (there()) {
        return true;
      }
    }
    return false;
  };
  if (look()) {
    return true;
  }
  const std::int64_t end = nanoseconds() + kSpinNanoseconds;
  do {
    if (look()) {
      return true;
    }
  } while (nanoseconds() < end);
  return false;
}

}  // namespace

ThreadPool::ThreadPool(int threads) : threads_(threads), active_(threads) {
  if (threads < 1 || threads > kMaxThreads) {
    fail("[threads] expected from 1 to ", kMaxThreads, " threads, got ", threads);
  }
  worker_count_ = static_cast<std::size_t>(threads) - 1;
  workers_ = std::make_unique<Worker[]>(worker_count_);
  const auto start = [](void* worker) -> void* {
    auto* self = static_cast<Worker*>(worker);
    self->pool->work(*self);
    return nullptr;
  };
  for (std::size_t i = 0; i < worker_count_; ++i) {
    Worker& worker = workers_[i];
    worker.pool = this;
    worker.number = static_cast<int>(i) + 1;
    if (pthread_create(&worker.thread, nullptr, start, &worker) != 0) {
      stop(i);
      fail_as(ErrorCode::kOutOfMemory, "[threads] expected ", threads, " threads, got only ",
              i + 1);
    }
  }
}

ThreadPool::~ThreadPool() { stop(worker_count_); }

void ThreadPool::stop(std::size_t started) noexcept {
  stopping_ = true;
  next_generation();
  pthread_mutex_lock(&mutex_);
  pthread_cond_broadcast(&rest_);
  pthread_mutex_unlock(&mutex_);
  for (std::size_t i = 0; i < started; ++i) {
    pthread_join(workers_[i].thread, nullptr);
  }
}

// Sleeping, here and below: either the one that wants to sleep sees that there is no need to, or
// the other one sees that it sleeps, for both write, then read, in the one order of sequential
// consistency.

std::uint32_t ThreadPool::next_generation() noexcept {
  const std::uint32_t next = generation_.fetch_add(1) + 1;
  if (sleeping_.load() > 0) {
    pthread_mutex_lock(&mutex_);
    pthread_cond_broadcast(&wake_);
    pthread_mutex_unlock(&mutex_);
  }
  return next;
}

std::uint32_t ThreadPool::wait_for_task(std::uint32_t seen) noexcept {
  const auto now = [this] { return generation_.load(std::memory_order_acquire); };
  if (spin_until([&] { return now() != seen; })) {
    return now();
  }
  pthread_mutex_lock(&mutex_);
  sleeping_.fetch_add(1);
  while (generation_.load() == seen) {
    pthread_cond_wait(&wake_, &mutex_);
  }
  sleeping_.fetch_sub(1);
  pthread_mutex_unlock(&mutex_);
  return now();
}

void ThreadPool::set_active(int threads) {
  if (threads < 1 || threads > threads_) {
    fail("[threads] expected from 1 to ", threads_, " active threads, got ", threads);
  }
  pthread_mutex_lock(&mutex_);
  active_ = threads;
  pthread_cond_broadcast(&rest_);
  pthread_mutex_unlock(&mutex_);
}

void ThreadPool::rest(const Worker& worker) noexcept {
  const auto is_unused = [&] { return worker.number >= active_.load() && !stopping_; };
  if (!is_unused()) {
    return;
  }
  pthread_mutex_lock(&mutex_);
  while (is_unused()) {
    pthread_cond_wait(&rest_, &mutex_);
  }
  pthread_mutex_unlock(&mutex_);
}

void ThreadPool::work(Worker& worker) noexcept {
  std::uint32_t seen = 0;
  while (true) {
    rest(worker);
    seen = wait_for_task(seen);
    if (stopping_) {
      return;
    }
    do_unless_begun(worker, seen);
  }
}

void ThreadPool::do_unless_begun(Worker& worker, std::uint32_t generation) noexcept {
  std::uint32_t before = generation - 1;
  if (!worker.begun.compare_exchange_strong(before, generation)) {
    return;
  }
  task_(context_, worker.number);
  if (running_.fetch_sub(1) == 1 && caller_sleeps_.load()) {
    pthread_mutex_lock(&mutex_);
    pthread_cond_signal(&done_);
    pthread_mutex_unlock(&mutex_);
  }
}

void ThreadPool::run(Task task, void* context) noexcept {
  const auto active_workers = static_cast<std::size_t>(active_.load()) - 1;
  if (active_workers == 0) {
    task(context, 0);
    return;
  }
  task_ = task;
  context_ = context;
  running_.store(static_cast<int>(active_workers), std::memory_order_relaxed);
  // The share of a thread that is not in use counts as begun: even one that has not gone to rest
  // yet finds nothing to do.
  for (std::size_t i = active_workers; i < worker_count_; ++i) {
    workers_[i].begun.store(generation_.load() + 1);
  }
  const std::uint32_t generation = next_generation();
  task(context, 0);
  for (std::size_t i = 0; i < active_workers; ++i) {
    do_unless_begun(workers_[i], generation);
  }
  wait_for_workers();
}

void ThreadPool::wait_for_workers() noexcept {
  if (spin_until([this] { return running_.load(std::memory_order_acquire) == 0; })) {
    return;
  }
  pthread_mutex_lock(&mutex_);
  caller_sleeps_.store(true);
  while (running_.load() > 0) {
    pthread_cond_wait(&done_, &mutex_);
  }
  caller_sleeps_.store(false);
  pthread_mutex_unlock(&mutex_);
}

}  // namespace tinycnn
