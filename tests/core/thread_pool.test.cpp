// SPDX-License-Identifier: MIT
// The thread pool: every thread's share is done exactly once a run, run after run.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <string>
#endif

#include "support/random.h"
#include "support/refusal.h"
#include "tinycnn/thread_pool.h"

namespace tinycnn::test {
namespace {

constexpr int kMaxThreads = 4;

#if defined(__linux__) && !__has_feature(address_sanitizer)
/// Leaves the process so many bytes of address space above what it has.
class ScarceAddressSpace {
 public:
  explicit ScarceAddressSpace(std::size_t bytes) {
    getrlimit(RLIMIT_AS, &before_);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit scarce = before_;
    scarce.rlim_cur = pages * 4096 + bytes;
    setrlimit(RLIMIT_AS, &scarce);
  }
  ScarceAddressSpace(const ScarceAddressSpace&) = delete;
  ScarceAddressSpace& operator=(const ScarceAddressSpace&) = delete;
  ScarceAddressSpace(ScarceAddressSpace&&) = delete;
  ScarceAddressSpace& operator=(ScarceAddressSpace&&) = delete;
  ~ScarceAddressSpace() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};
#endif

#ifdef __linux__
/// How often a thread of this process has given up its core so far.
std::uint64_t context_switches(long thread_id) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread_id) + "/status");
  std::uint64_t sum = 0;
  for (std::string word; status >> word;) {
    if (word == "voluntary_ctxt_switches:" || word == "nonvoluntary_ctxt_switches:") {
      std::uint64_t count = 0;
      status >> count;
      sum += count;
    }
  }
  return sum;
}
#endif

}  // namespace

TEST_CASE("each run calls every thread number exactly once, many thousand times in a row") {
  for (int threads = 1; threads <= kMaxThreads; ++threads) {
    CAPTURE(threads);
    ThreadPool pool(threads);
    REQUIRE(pool.threads() == threads);
    std::array<int, kMaxThreads> calls{};  // not atomic: run() must order what threads write
    constexpr int kRuns = 5000;
    bool is_complete = true;
    for (int run = 1; run <= kRuns; ++run) {
      pool.for_each_thread([&](int thread) noexcept { ++calls[static_cast<std::size_t>(thread)]; });
      for (int thread = 0; thread < kMaxThreads; ++thread) {
        is_complete &= calls[static_cast<std::size_t>(thread)] == (thread < threads ? run : 0);
      }
    }
    CHECK(is_complete);
  }
}

TEST_CASE("a pool of one runs on the caller's thread") {
  ThreadPool pool(1);
  std::thread::id id;
  pool.for_each_thread([&](int /*thread*/) noexcept { id = std::this_thread::get_id(); });
  CHECK(id == std::this_thread::get_id());
}

TEST_CASE("a share is done by its own thread, always the same, or by the caller") {
  ThreadPool pool(kMaxThreads);
  const std::thread::id caller = std::this_thread::get_id();
  std::array<std::set<std::thread::id>, kMaxThreads> doers;
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) {
    pool.for_each_thread([&](int thread) noexcept {
      doers[static_cast<std::size_t>(thread)].insert(std::this_thread::get_id());
    });
  }
  CHECK(doers[0] == std::set{caller});
  std::set<std::thread::id> others;
  for (std::size_t thread = 1; thread < kMaxThreads; ++thread) {
    CAPTURE(thread);
    doers[thread].erase(caller);
    CHECK(doers[thread].size() <= 1);
    const std::size_t before = others.size();
    others.merge(std::set(doers[thread]));
    CHECK(others.size() == before + doers[thread].size());
  }
}

// Without a thread of its own for each share, this and the test of the busy caller would not end.
TEST_CASE("threads run at the same time: each can wait for all") {
  ThreadPool pool(kMaxThreads);
  std::atomic<int> arrived{0};
  pool.for_each_thread([&](int /*thread*/) noexcept {
    ++arrived;
    while (arrived < kMaxThreads) {
      std::this_thread::yield();
    }
  });
  CHECK(arrived == kMaxThreads);
}

TEST_CASE("threads that went to sleep are woken, and not waited for where the caller can do it") {
  ThreadPool pool(kMaxThreads);
  const std::thread::id caller = std::this_thread::get_id();
  int calls = 0;
  int by_caller = 0;
  bool is_complete = true;
  constexpr int kMaxRuns = 1000;
  int run = 0;
  while (run < kMaxRuns && (run < 5 || by_caller == 0)) {
    ++run;
    // The caller works alone, for far longer than the others spin.
    CHECK(shuffled_order(1, static_cast<std::uint32_t>(run), 300'000).size() == 300'000);
    std::array<std::thread::id, kMaxThreads> doers{};
    pool.for_each_thread([&](int thread) noexcept {
      doers[static_cast<std::size_t>(thread)] = std::this_thread::get_id();
    });
    for (std::size_t thread = 1; thread < kMaxThreads; ++thread) {
      calls += doers[thread] != std::thread::id() ? 1 : 0;
      by_caller += doers[thread] == caller ? 1 : 0;
    }
    is_complete &= doers[0] == caller;
  }
  CHECK(is_complete);
  CHECK(calls == run * (kMaxThreads - 1));
  CHECK(by_caller > 0);
}

TEST_CASE("a caller that is busy leaves the others their shares") {
  ThreadPool pool(kMaxThreads);
  std::atomic<int> begun{0};
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<int> by_others{0};
  pool.for_each_thread([&](int thread) noexcept {
    if (std::this_thread::get_id() != caller) {
      ++by_others;
    }
    ++begun;
    while (thread == 0 && begun < kMaxThreads) {
      std::this_thread::yield();
    }
  });
  CHECK(begun == kMaxThreads);
  CHECK(by_others == kMaxThreads - 1);
}

TEST_CASE("a pool works with as many of its threads as are active, changed between any two runs") {
  ThreadPool pool(kMaxThreads);
  CHECK(pool.max_threads() == kMaxThreads);
  CHECK(pool.threads() == kMaxThreads);
  std::array<int, kMaxThreads> calls{};
  std::array<int, kMaxThreads> expected{};
  bool is_right = true;
  constexpr int kChanges = 2000;
  for (int change = 0; change < kChanges; ++change) {
    const int active = 1 + change * 7 % 5 % kMaxThreads;
    pool.set_active(active);
    is_right &= pool.threads() == active;
    for (int run = 0; run <= change % 3; ++run) {
      pool.for_each_thread([&](int thread) noexcept { ++calls[static_cast<std::size_t>(thread)]; });
      for (int thread = 0; thread < active; ++thread) {
        ++expected[static_cast<std::size_t>(thread)];
      }
      is_right &= calls == expected;
    }
  }
  CHECK(is_right);
  CHECK(pool.max_threads() == kMaxThreads);
}

TEST_CASE("a pool with fewer active threads than it has is destroyed cleanly") {
  for (int active = 1; active <= kMaxThreads; ++active) {
    ThreadPool pool(kMaxThreads);
    pool.set_active(active);
    int calls = 0;
    pool.for_each_thread([&](int thread) noexcept { calls += thread == 0 ? 1 : 0; });
    CHECK(calls == 1);
  }
}

#ifdef __linux__
TEST_CASE("threads that are not active sleep through every run") {
  ThreadPool pool(kMaxThreads);
  std::array<long, kMaxThreads> ids{};
  std::atomic<int> arrived{0};
  pool.for_each_thread([&](int thread) noexcept {
    ids[static_cast<std::size_t>(thread)] = syscall(SYS_gettid);
    ++arrived;
    while (arrived < kMaxThreads) {
      std::this_thread::yield();
    }
  });
  constexpr std::size_t kActive = 2;
  pool.set_active(kActive);
  const auto switches = [&] {
    std::uint64_t sum = 0;
    for (std::size_t thread = kActive; thread < kMaxThreads; ++thread) {
      sum += context_switches(ids[thread]);
    }
    return sum;
  };
  // They fall asleep some time during the first runs. Runs that woke them would do so every time:
  // the caller works alone for longer than threads spin.
  bool sleeps = false;
  for (int attempt = 0; attempt < 100 && !sleeps; ++attempt) {
    const std::uint64_t before = switches();
    for (std::uint32_t run = 0; run < 20; ++run) {
      CHECK(shuffled_order(1, run, 30'000).size() == 30'000);
      pool.for_each_thread([](int /*thread*/) noexcept {});
    }
    sleeps = switches() == before;
  }
  CHECK(sleeps);
}
#endif

TEST_CASE("fewer active threads than one, and more than the pool has, are refused") {
  ThreadPool pool(2);
  CHECK(wrong_refusal([&] { pool.set_active(0); }, {"[threads]", "from 1 to 2", "got 0"}) == "");
  CHECK(wrong_refusal([&] { pool.set_active(3); }, {"[threads]", "from 1 to 2", "got 3"}) == "");
  CHECK(pool.threads() == 2);
}

TEST_CASE("pools are destroyed cleanly, unused, just used or idle, one after another") {
  std::atomic<int> calls{0};
  for (int round = 0; round < 20; ++round) {
    const ThreadPool unused(2);
    ThreadPool used(2);
    used.for_each_thread([&](int /*thread*/) noexcept { ++calls; });
  }
  CHECK(calls == 40);
}

TEST_CASE("fewer threads than one, and more than a thousand, are refused") {
  CHECK(wrong_refusal([] { const ThreadPool refused(0); },
                      {"[threads]", "from 1 to 1024", "got 0"}) == "");
  CHECK(wrong_refusal([] { const ThreadPool refused(-2); }, {"[threads]", "got -2"}) == "");
  CHECK(wrong_refusal([] { const ThreadPool refused(std::numeric_limits<int>::max()); },
                      {"[threads]", "got 2147483647"}) == "");
}

#if defined(__linux__) && !__has_feature(address_sanitizer)
TEST_CASE("where the system gives too few threads, those that have started end and it says so") {
  {
    const ScarceAddressSpace scarce(std::size_t{64} << 20);  // some stacks
    CHECK(wrong_refusal([] { const ThreadPool refused(ThreadPool::kMaxThreads); },
                        {"[threads]", "1024 threads", "got only"}) == "");
  }
  int calls = 0;
  ThreadPool(1).for_each_thread([&](int /*thread*/) noexcept { ++calls; });
  CHECK(calls == 1);
}
#endif

}  // namespace tinycnn::test
