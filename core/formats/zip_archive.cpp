// SPDX-License-Identifier: MIT
#include "formats/zip_archive.h"

#include <algorithm>
#include <cstddef>

#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::uint32_t kEntrySignature = 0x02014B50;
constexpr std::uint32_t kLocalSignature = 0x04034B50;
constexpr std::uint32_t kEndSignature = 0x06054B50;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kMaxComment = 65535;
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kLocalSize = 30;

using Bytes = std::span<const std::uint8_t>;

[[noreturn]] void refuse(std::string_view what) {
  fail("[importModel] expected a whole zip file: ", what);
}

/// `count` bytes from `at` on.
Bytes part(Bytes bytes, std::size_t at, std::size_t count) {
  if (at > bytes.size() || count > bytes.size() - at) {
    refuse("it is cut short");
  }
  return bytes.subspan(at, count);
}

std::uint32_t number(Bytes bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint32_t{bytes[at + i]} << (8 * i);
  }
  return value;
}

/// The last record, which says where the directory is.
Bytes find_end(Bytes bytes) {
  const std::size_t last = bytes.size() < kEndSize ? 0 : bytes.size() - kEndSize;
  const std::size_t first = last < kMaxComment ? 0 : last - kMaxComment;
  for (std::size_t at = last + 1; at-- > first && bytes.size() >= kEndSize;) {
    if (number(bytes, at, 4) == kEndSignature) {
      return bytes.subspan(at, kEndSize);
    }
  }
  refuse("its directory is missing, as if it were cut short");
}

Bytes contents_of(Bytes bytes, Bytes entry, const std::string& name) {
  const std::uint32_t flags = number(entry, 8, 2);
  const std::uint32_t method = number(entry, 10, 2);
  const std::uint32_t size = number(entry, 20, 4);
  const std::size_t at = number(entry, 42, 4);
  if ((flags & 1) != 0 || method != 0) {
    fail("[importModel] expected a zip file as torch.save writes it, without compression, got ",
         name, " compressed or encrypted");
  }
  if (size != number(entry, 24, 4)) {
    refuse(concat("the sizes of ", name, " differ"));
  }
  const Bytes local = part(bytes, at, kLocalSize);
  if (number(local, 0, 4) != kLocalSignature) {
    refuse(concat(name, " is not where the directory says"));
  }
  const std::size_t head = kLocalSize + number(local, 26, 2) + number(local, 28, 2);
  return part(bytes, at + head, size);
}

}  // namespace

std::vector<ZipEntry> read_zip(Bytes bytes) {
  const Bytes end = find_end(bytes);
  const std::size_t count = number(end, 10, 2);
  std::size_t at = number(end, 16, 4);
  std::vector<ZipEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes entry = part(bytes, at, kEntrySize);
    if (number(entry, 0, 4) != kEntrySignature) {
      refuse("its directory is damaged");
    }
    const std::size_t name_size = number(entry, 28, 2);
    const Bytes name = part(bytes, at + kEntrySize, name_size);
    ZipEntry& added = entries.emplace_back();
    added.name.assign(name.begin(), name.end());
    added.bytes = contents_of(bytes, entry, added.name);
    at += kEntrySize + name_size + number(entry, 30, 2) + number(entry, 32, 2);
  }
  return entries;
}

}  // namespace tinycnn
