// SPDX-License-Identifier: MIT
// Fuzzes where libFuzzer cannot run: in 32-bit WebAssembly under Node. No feedback by coverage;
// input `i` is a pure function of the corpus, the seed and i, so that a crash can be repeated.
//   fuzz_<target> SECONDS SEED FIRST CORPUS_FILE...
// Prints the number of the input every so often; the last one printed is where to look. With 0
// SECONDS it runs the corpus and then input FIRST alone, and writes that input to stdout in
// hexadecimal, behind the word input, before it runs it.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/targets.h"

namespace tinycnn::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Corpus = std::vector<Bytes>;

constexpr std::size_t kMaxSize = 4096;

/// SplitMix64 (S. Vigna, public domain).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t count) {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return static_cast<std::size_t>((z ^ (z >> 31)) % count);
  }

 private:
  std::uint64_t state_;
};

void change(Bytes& bytes, const Bytes& other, Random& random) {
  const std::size_t at = random.below(bytes.size());
  const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const std::size_t length = 1 + random.below(std::min<std::size_t>(16, bytes.size() - at));
  switch (random.below(6)) {
    case 0:
      *place = static_cast<std::uint8_t>(*place ^ 1U << random.below(8));
      break;
    case 1:
      *place = static_cast<std::uint8_t>(random.below(256));
      break;
    case 2:
      *place = static_cast<std::uint8_t>(*place + random.below(9) - 4);
      break;
    case 3:
      bytes.insert(place, length, static_cast<std::uint8_t>(random.below(256)));
      break;
    case 4:
      bytes.erase(place, place + static_cast<std::ptrdiff_t>(length));
      break;
    default:
      for (std::size_t i = 0; i < length && !other.empty(); ++i) {
        bytes[at + i] = other[(at + i) % other.size()];
      }
  }
}

Bytes make_input(const Corpus& corpus, std::uint64_t seed, std::uint64_t number) {
  Random random(seed * 0x10001 + number);
  Bytes bytes = corpus[random.below(corpus.size())];
  const Bytes& other = corpus[random.below(corpus.size())];
  for (std::size_t changes = 1 + random.below(8); changes > 0; --changes) {
    if (bytes.empty()) {
      bytes.push_back(0);
    }
    change(bytes, other, random);
  }
  bytes.resize(std::min(bytes.size(), kMaxSize));
  return bytes;
}

void print(std::uint64_t number) {
  std::printf("%llu\n", static_cast<unsigned long long>(number));
  std::fflush(stdout);
}

int run(double seconds, std::uint64_t seed, std::uint64_t first, const Corpus& corpus) {
  for (const Bytes& bytes : corpus) {
    TINYCNN_FUZZ_TARGET(bytes);
  }
  if (seconds <= 0.0) {
    const Bytes bytes = make_input(corpus, seed, first);
    std::printf("input ");
    for (const std::uint8_t byte : bytes) {
      std::printf("%02x", byte);
    }
    std::printf("\n");
    std::fflush(stdout);
    TINYCNN_FUZZ_TARGET(bytes);
    return 0;
  }
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  std::uint64_t number = first;
  for (; Clock::now() < end; ++number) {
    print(number);
    TINYCNN_FUZZ_TARGET(make_input(corpus, seed, number));
  }
  print(number);
  return 0;
}

}  // namespace
}  // namespace tinycnn::fuzz

int main(int count, char** arguments) {
  if (count < 5) {
    std::fprintf(stderr, "fuzz: expected SECONDS SEED FIRST CORPUS_FILE...\n");
    return 2;
  }
  tinycnn::fuzz::Corpus corpus;
  for (int i = 4; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return tinycnn::fuzz::run(std::atof(arguments[1]), std::strtoull(arguments[2], nullptr, 10),
                            std::strtoull(arguments[3], nullptr, 10), corpus);
}
