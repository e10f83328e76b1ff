// SPDX-License-Identifier: MIT
// safetensors: u64 length of the header, the header as JSON, then the values, all little endian.
// https://github.com/huggingface/safetensors#format
#include <bit>
#include <cstring>

#include "formats/json_writer.h"
#include "formats/writers.h"

namespace tinycnn {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie here");

void write_entry(JsonWriter& json, const NamedTensor& tensor, std::size_t begin, std::size_t end) {
  json.key(tensor.name);
  json.open('{');
  json.key("dtype");
  json.text("F32");
  json.key("shape");
  json.open('[');
  for (const int side : tensor.shape) {
    json.integer(side);
  }
  json.close(']');
  json.key("data_offsets");
  json.open('[');
  json.integer(static_cast<std::int64_t>(begin));
  json.integer(static_cast<std::int64_t>(end));
  json.close(']');
  json.close('}');
}

/// Padded with spaces, so that the values are aligned.
std::string header_of(const TrainedNetwork& network) {
  constexpr std::size_t kAlignment = 8;
  JsonWriter json;
  json.open('{');
  json.key("__metadata__");
  json.open('{');
  json.key("format");
  json.text("pt");
  for (const auto& [key, value] : metadata_of(network)) {
    json.key(key);
    json.text(value);
  }
  json.close('}');
  std::size_t offset = 0;
  for (const NamedTensor& tensor : network.model().parameters) {
    const std::size_t end = offset + tensor.data.size() * sizeof(float);
    write_entry(json, tensor, offset, end);
    offset = end;
  }
  json.close('}');
  std::string header = json.result();
  header.append((kAlignment - header.size() % kAlignment) % kAlignment, ' ');
  return header;
}

}  // namespace

std::vector<std::uint8_t> write_safetensors(const TrainedNetwork& network,
                                            const ExportOptions& /*options*/) {
  const std::string header = header_of(network);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
    bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{header.size()} >> (8 * i)));
  }
  bytes.insert(bytes.end(), header.begin(), header.end());
  for (const NamedTensor& tensor : network.model().parameters) {
    const std::size_t offset = bytes.size();
    bytes.resize(offset + tensor.data.size() * sizeof(float));
    std::memcpy(bytes.data() + offset, tensor.data.data(), tensor.data.size() * sizeof(float));
  }
  return bytes;
}

}  // namespace tinycnn
