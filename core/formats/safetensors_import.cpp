// SPDX-License-Identifier: MIT
// Reads safetensors: see safetensors.cpp.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "formats/element_types.h"
#include "formats/model_json_reader.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::string_view kMetadata = "__metadata__";

struct TypeName {
  std::string_view name;
  ElementType type;
};
constexpr std::array<TypeName, 10> kTypes{{{"F32", ElementType::kFloat32},
                                           {"F64", ElementType::kFloat64},
                                           {"F16", ElementType::kFloat16},
                                           {"BF16", ElementType::kBFloat16},
                                           {"I8", ElementType::kInt8},
                                           {"U8", ElementType::kUint8},
                                           {"I16", ElementType::kInt16},
                                           {"I32", ElementType::kInt32},
                                           {"I64", ElementType::kInt64},
                                           {"BOOL", ElementType::kBool}}};

ElementType type_of(const std::string& tensor, const std::string& name) {
  const auto* found = std::ranges::find(kTypes, std::string_view(name), &TypeName::name);
  if (found == kTypes.end()) {
    fail("[importModel] expected floating-point numbers or integers in ", tensor, ", got ", name);
  }
  return found->type;
}

/// A tensor and where its bytes begin, by which tensors are ordered.
struct Entry {
  std::size_t begin = 0;
  std::size_t place = 0;  // in the header
  NamedTensor tensor{};
};

Entry read_entry(const std::string& name, const JsonValue& json, Bytes data) {
  Entry entry;
  entry.tensor.name = name;
  const ElementType type = type_of(name, json.member("dtype", name).text("a dtype"));
  std::size_t size = size_of(type);
  const double max_side = std::min(static_cast<double>(data.size()), double{kMaxParameters});
  for (const double side : json.member("shape", name).numbers(concat("the shape of ", name))) {
    if (!(side >= 0.0 && side <= max_side) || std::floor(side) != side) {
      fail("[importModel] expected the shape of ", name, " to fit the file, got a side of ", side);
    }
    entry.tensor.shape.push_back(static_cast<int>(side));
    size = saturating_product({size, static_cast<std::uint64_t>(side)});
  }
  const std::vector<double>& offsets =
      json.member("data_offsets", name).numbers(concat("the data_offsets of ", name));
  const auto is_offset = [&](double offset) {
    return offset >= 0.0 && offset <= static_cast<double>(data.size()) &&
           std::floor(offset) == offset;
  };
  if (offsets.size() != 2 || !is_offset(offsets[0]) || !is_offset(offsets[1]) ||
      offsets[1] - offsets[0] != static_cast<double>(size)) {
    fail("[importModel] expected ", size, " bytes of ", name, " within the ", data.size(),
         " bytes of values: the file is cut short or damaged");
  }
  entry.begin = static_cast<std::size_t>(offsets[0]);
  entry.tensor.data = floats_of(type, data.subspan(entry.begin, size));
  return entry;
}

/// Metadata of this library's own files; another program's may mean anything.
void read_texts(FileContents& contents, const JsonValue& metadata) {
  const JsonValue& producer = metadata.member("producer", kMetadata);
  if (producer.is_null() || producer.text("producer").rfind("TinyCNN", 0) != 0) {
    return;
  }
  for (const auto& [key, value] : metadata.members(kMetadata)) {
    read_metadata(contents, key, value.text(key));
  }
}

}  // namespace

FileContents read_safetensors(Bytes bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes && i < bytes.size(); ++i) {
    length |= std::uint64_t{bytes[i]} << (8 * i);
  }
  if (bytes.size() < kLengthBytes || length > bytes.size() - kLengthBytes) {
    fail("[importModel] expected a header of ", length, " bytes, got a file of ", bytes.size(),
         ": it is cut short");
  }
  const Bytes header = bytes.subspan(kLengthBytes, static_cast<std::size_t>(length));
  const Bytes data = bytes.subspan(kLengthBytes + header.size());
  const JsonValue json = JsonValue::parse(
      {reinterpret_cast<const char*>(header.data()), header.size()}, "importModel");
  FileContents contents;
  std::vector<Entry> entries;
  std::size_t total = 0;
  for (const auto& [name, value] : json.members("the header")) {
    if (name == kMetadata) {
      read_texts(contents, value);
      continue;
    }
    entries.push_back(read_entry(name, value, data));
    entries.back().place = entries.size();
    total += entries.back().tensor.data.size();
    if (total > bytes.size()) {  // a byte is the smallest number
      fail("[importModel] expected tensors that do not overlap, got more values than the file has");
    }
  }
  std::ranges::sort(entries, {},
                    [](const Entry& entry) { return std::pair(entry.begin, entry.place); });
  for (Entry& entry : entries) {
    contents.tensors.push_back(std::move(entry.tensor));
  }
  return contents;
}

}  // namespace tinycnn
