// SPDX-License-Identifier: MIT
#include "formats/flatbuffer.h"

#include <algorithm>
#include <ranges>

namespace tinycnn {

using Offset = FlatbufferWriter::Offset;

/// Pads so that, `upcoming` bytes later, what follows is aligned in the finished buffer, whose size
/// is a multiple of every alignment.
void FlatbufferWriter::align(std::size_t upcoming, std::size_t alignment) {
  max_alignment_ = std::max(max_alignment_, alignment);
  while ((reversed_.size() + upcoming) % alignment != 0) {
    reversed_.push_back(0);
  }
}

void FlatbufferWriter::push(std::uint32_t bits, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) {
    reversed_.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
  }
}

/// Fields, largest first, then the distance to the vtable before them, which holds its own size,
/// that of the table, and where in it each field lies.
Offset FlatbufferWriter::table(const Table& table) {
  std::vector<Table::Field> fields = table.fields_;
  std::ranges::sort(fields, [](const Table::Field& a, const Table::Field& b) {
    return a.size != b.size ? a.size > b.size : a.number > b.number;
  });
  const Offset end = size();
  std::vector<Offset> places;
  int count = 0;
  for (const Table::Field& field : fields) {
    align(field.size, field.size);
    if (field.is_offset) {
      push_offset(field.bits);
    } else {
      push(field.bits, field.size);
    }
    places.push_back(size());
    count = std::max(count, field.number + 1);
  }
  align(sizeof(Offset), sizeof(Offset));
  push(0, sizeof(Offset));
  const Offset start = size();
  std::vector<std::uint16_t> vtable(static_cast<std::size_t>(count), 0);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    vtable[static_cast<std::size_t>(fields[i].number)] =
        static_cast<std::uint16_t>(start - places[i]);
  }
  for (const std::uint16_t place : std::views::reverse(vtable)) {
    push(place, sizeof(place));
  }
  push(start - end, sizeof(std::uint16_t));
  push(static_cast<std::uint32_t>((vtable.size() + 2) * sizeof(std::uint16_t)),
       sizeof(std::uint16_t));
  const Offset distance = size() - start;
  for (std::size_t i = 0; i < sizeof(Offset); ++i) {
    reversed_[start - 1 - i] = static_cast<std::uint8_t>(distance >> (8 * i));
  }
  return start;
}

Offset FlatbufferWriter::text(std::string_view value) {
  align(value.size() + 1, sizeof(Offset));
  reversed_.push_back(0);
  reversed_.insert(reversed_.end(), value.rbegin(), value.rend());
  push(static_cast<std::uint32_t>(value.size()), sizeof(std::uint32_t));
  return size();
}

Offset FlatbufferWriter::bytes(std::span<const std::uint8_t> values, std::size_t alignment) {
  align(values.size(), std::max(alignment, sizeof(Offset)));
  reversed_.insert(reversed_.end(), values.rbegin(), values.rend());
  push(static_cast<std::uint32_t>(values.size()), sizeof(std::uint32_t));
  return size();
}

Offset FlatbufferWriter::integers(std::span<const std::int32_t> values) {
  align(0, sizeof(std::int32_t));
  for (const std::int32_t value : std::views::reverse(values)) {
    push(static_cast<std::uint32_t>(value), sizeof(value));
  }
  push(static_cast<std::uint32_t>(values.size()), sizeof(std::uint32_t));
  return size();
}

Offset FlatbufferWriter::integers(std::span<const std::int64_t> values) {
  align(0, sizeof(std::int64_t));
  for (const std::int64_t value : std::views::reverse(values)) {
    const auto bits = static_cast<std::uint64_t>(value);
    push(static_cast<std::uint32_t>(bits >> 32), sizeof(std::uint32_t));
    push(static_cast<std::uint32_t>(bits), sizeof(std::uint32_t));
  }
  push(static_cast<std::uint32_t>(values.size()), sizeof(std::uint32_t));
  return size();
}

Offset FlatbufferWriter::floats(std::span<const float> values) {
  align(0, sizeof(float));
  for (const float value : std::views::reverse(values)) {
    push(std::bit_cast<std::uint32_t>(value), sizeof(value));
  }
  push(static_cast<std::uint32_t>(values.size()), sizeof(std::uint32_t));
  return size();
}

Offset FlatbufferWriter::offsets(std::span<const Offset> values) {
  align(0, sizeof(Offset));
  for (const Offset value : std::views::reverse(values)) {
    push_offset(value);
  }
  push(static_cast<std::uint32_t>(values.size()), sizeof(std::uint32_t));
  return size();
}

std::vector<std::uint8_t> FlatbufferWriter::finish(Offset root, std::string_view identifier) {
  align(sizeof(Offset) + identifier.size(), max_alignment_);
  reversed_.insert(reversed_.end(), identifier.rbegin(), identifier.rend());
  push_offset(root);
  return {reversed_.rbegin(), reversed_.rend()};
}

}  // namespace tinycnn
