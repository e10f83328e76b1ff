// SPDX-License-Identifier: MIT
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "fuzz/targets.h"
#include "fuzz/train_once.h"
#include "support/hash.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/error.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::uint64_t number, int size) {
  for (int i = 0; i < size; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  }
}

/// The first byte chooses the version, the others are the payload.
Bytes wrap(std::span<const std::uint8_t> bytes) {
  const auto payload = bytes.subspan(bytes.empty() ? 0 : 1);
  const unsigned version = bytes.empty() ? 0 : bytes[0] % 7;
  Bytes whole{'T', 'I', 'N', 'Y', 'C', 'N', 'N', '\n'};
  append(whole, version, 4);
  append(whole, payload.size(), 8);
  whole.insert(whole.end(), payload.begin(), payload.end());
  Fnv1a hash;
  hash.add(payload);
  append(whole, hash.value(), 8);
  return whole;
}

std::optional<Checkpoint> decode(std::span<const std::uint8_t> bytes) {
  try {
    return decode_checkpoint(bytes);
  } catch (const Error& error) {
    require(error.what()[0] == '[', "an error that says where");
    return std::nullopt;
  }
}

/// Makes a trainer of it, as restoring a session does.
void restore(const Checkpoint& checkpoint) {
  if (!is_cheap(summarize(checkpoint.spec))) {
    return;
  }
  SerialExecutor executor;
  Trainer trainer(checkpoint, executor);
  require(trainer.step() == checkpoint.step, "the checkpoint's step");
  train_once(trainer, 3);
}

}  // namespace

void checkpoint(std::span<const std::uint8_t> bytes) {
  decode(bytes);
  const std::optional<Checkpoint> decoded = decode(wrap(bytes));
  if (!decoded) {
    return;
  }
  const Bytes encoded = encode(*decoded);
  require(encode(decode_checkpoint(encoded)) == encoded, "the same bytes of what was decoded");
  try {
    restore(*decoded);
  } catch (const Error& error) {
    require(error.what()[0] == '[', "an error that says where");
  } catch (const std::bad_alloc&) {
    // Batches may be large.
  }
}

}  // namespace tinycnn::fuzz
