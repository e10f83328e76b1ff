// SPDX-License-Identifier: MIT
#include "tinycnn/checkpoint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>
#include <type_traits>

#include "model/layer_types.h"
#include "support/hash.h"
#include "support/text.h"
#include "training/optimizer_types.h"

namespace tinycnn {
namespace {

constexpr std::string_view kMagic = "TINYCNN\n";
constexpr std::uint32_t kOldestVersion = 3;
constexpr std::uint32_t kVersion = 7;
/// The first with class names and frozen layers.
constexpr std::uint32_t kNamesVersion = 4;
/// The first with pruning and layers that round.
constexpr std::uint32_t kPruningVersion = 5;
/// The first with dilation and zeroPad2d.
constexpr std::uint32_t kDilationVersion = 6;
/// The first with cutout and mixup.
constexpr std::uint32_t kMixupVersion = 7;
constexpr std::size_t kHeader = 8 + 4 + 8;
constexpr std::size_t kTrailer = 8;

template <std::size_t Size>
struct UnsignedOf;
template <>
struct UnsignedOf<1> {
  using Type = std::uint8_t;
};
template <>
struct UnsignedOf<4> {
  using Type = std::uint32_t;
};
template <>
struct UnsignedOf<8> {
  using Type = std::uint64_t;
};

class Writer {
 public:
  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void put(Number number) {
    put_bits(std::bit_cast<typename UnsignedOf<sizeof(Number)>::Type>(number), sizeof(Number));
  }
  void put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void put(const Size2d& size) {
    put(size.height);
    put(size.width);
  }
  void put(const Sides2d& sides) {
    for (const int side : {sides.left, sides.right, sides.top, sides.bottom}) {
      put(side);
    }
  }
  void put(const std::vector<std::uint8_t>& bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    for (const std::uint8_t byte : bytes) {
      put(byte);
    }
  }
  void put(const std::vector<std::string>& texts) {
    put(static_cast<std::uint32_t>(texts.size()));
    for (const std::string& text : texts) {
      put(text);
    }
  }
  void put(const std::vector<float>& numbers) {
    put(static_cast<std::uint32_t>(numbers.size()));
    for (const float number : numbers) {
      put(number);
    }
  }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  void put_bits(std::uint64_t bits, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      bytes_.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
    }
  }

  std::vector<std::uint8_t> bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void get(Number& number) {
    const std::uint64_t bits = take_bits(sizeof(Number));
    number = std::bit_cast<Number>(static_cast<typename UnsignedOf<sizeof(Number)>::Type>(bits));
  }
  void get(bool& value) {
    std::uint8_t byte = 0;
    get(byte);
    if (byte > 1) {
      fail("[checkpoint] expected 0 or 1, got ", int{byte});
    }
    value = byte != 0;
  }
  void get(std::string& text) {
    const auto raw = take(count(1));
    text.assign(raw.begin(), raw.end());
  }
  void get(std::vector<std::uint8_t>& bytes) {
    const auto raw = take(count(1));
    bytes.assign(raw.begin(), raw.end());
  }
  void get(Size2d& size) {
    get(size.height);
    get(size.width);
  }
  void get(Sides2d& sides) {
    for (int* side : {&sides.left, &sides.right, &sides.top, &sides.bottom}) {
      get(*side);
    }
  }
  void get(std::vector<std::string>& texts) {
    texts.resize(count(sizeof(std::uint32_t)));
    for (std::string& text : texts) {
      get(text);
    }
  }
  void get(std::vector<float>& numbers) {
    numbers.resize(count(sizeof(float)));
    for (float& number : numbers) {
      get(number);
    }
  }
  /// Reads a count of items of at least `size` bytes each. Refuses a count for which there are not
  /// enough bytes, before memory is allocated for it.
  std::size_t count(std::size_t size) {
    std::uint32_t number = 0;
    get(number);
    if (number > bytes_.size() / size) {
      fail("[checkpoint] expected at most ", bytes_.size() / size, " entries, got ", number);
    }
    return number;
  }
  void require_end() const {
    if (!bytes_.empty()) {
      fail("[checkpoint] expected nothing after its end, got ", bytes_.size(), " more bytes");
    }
  }

 private:
  std::span<const std::uint8_t> take(std::size_t size) {
    if (size > bytes_.size()) {
      fail("[checkpoint] expected ", size, " more bytes, got ", bytes_.size());
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::uint64_t take_bits(std::size_t size) {
    std::uint64_t bits = 0;
    std::size_t i = 0;
    for (const std::uint8_t byte : take(size)) {
      bits |= std::uint64_t{byte} << (8 * i++);
    }
    return bits;
  }

  std::span<const std::uint8_t> bytes_;
};

template <class Options, class OptionsLike, class Visit>
void visit_fields(std::span<const Field<Options>> fields, OptionsLike& options,
                  const Visit& visit) {
  for (const Field<Options>& field : fields) {
    field.visit(options, [&](auto&... members) { (visit(members), ...); });
  }
}

/// Calls visit on every field of the payload except the two lists of the spec and the arrays. These
/// functions and the tables of fields fix the order for writing and reading.
template <class LayerLike, class Visit>
void visit_layer(LayerLike& layer, std::uint32_t version, const Visit& visit) {
  constexpr std::span<const Field<LayerSpec>> kFields(layer_fields_table::kAll);
  constexpr std::size_t kOfPruning = kFields.size() - 2;
  constexpr std::size_t kOfNames = kOfPruning - 3;
  constexpr std::size_t kOldest = kOfNames - 1;
  static_assert(kFields[kOldest].name() == "frozen", "version 3 ends before this field");
  static_assert(kFields[kOfNames].name() == "scale", "version 4 ends before this field");
  static_assert(kFields[kOfPruning].name() == "dilation", "version 5 ends before this field");
  visit(layer.name);
  visit(layer.type);
  visit_fields<LayerSpec>(kFields.first(version < kNamesVersion      ? kOldest
                                        : version < kPruningVersion  ? kOfNames
                                        : version < kDilationVersion ? kOfPruning
                                                                     : kFields.size()),
                          layer, visit);
}

template <class OptionsLike, class Visit>
void visit_options(OptionsLike& options, std::uint32_t version, const Visit& visit) {
  visit(options.seed);
  visit(options.batch_size);
  visit(options.optimizer.type);
  visit_fields<OptimizerOptions>(optimizer_fields_table::kAll, options.optimizer, visit);
  visit(options.schedule.type);
  visit(options.schedule.total_steps);
  visit(options.schedule.pct_start);
  visit(options.schedule.div_factor);
  visit(options.schedule.final_div_factor);
  visit(options.schedule.anneal);
  visit(options.schedule.cycle_momentum);
  visit(options.schedule.base_momentum);
  visit(options.schedule.max_momentum);
  visit(options.schedule.gamma);
  visit(options.schedule.step_size);
  visit(options.schedule.eta_min);
  visit(options.schedule.warmup_steps);
  visit(options.schedule.warmup_start_factor);
  visit(options.ema_decay);
  visit(options.loss.type);
  visit(options.loss.label_smoothing);
  visit(options.augment.generated);
  visit(options.augment.degrees);
  visit(options.augment.translate_x);
  visit(options.augment.translate_y);
  visit(options.augment.scale_min);
  visit(options.augment.scale_max);
  visit(options.augment.shear);
  visit(options.augment.elastic_alpha);
  visit(options.augment.elastic_grid);
  visit(options.augment.thickness_min);
  visit(options.augment.thickness_max);
  if (version >= kMixupVersion) {
    visit(options.augment.cutout);
    visit(options.augment.mixup);
  }
  visit(options.normalization.mean);
  visit(options.normalization.std);
}

template <class PruningLike, class Visit>
void visit_pruning(PruningLike& pruning, const Visit& visit) {
  visit(pruning.sparsity);
  visit(pruning.start);
  visit(pruning.steps);
  visit(pruning.frequency);
  visit(pruning.before);
  visit(pruning.pruned);
}

void put_spec(Writer& writer, const ModelSpec& spec) {
  writer.put(spec.name);
  writer.put(spec.input.channels);
  writer.put(spec.input.height);
  writer.put(spec.input.width);
  writer.put(static_cast<std::uint32_t>(spec.layers.size()));
  for (const LayerSpec& layer : spec.layers) {
    visit_layer(layer, kVersion, [&](const auto& field) { writer.put(field); });
    writer.put(layer.from);
  }
}

void get_spec(Reader& reader, std::uint32_t version, ModelSpec& spec) {
  reader.get(spec.name);
  reader.get(spec.input.channels);
  reader.get(spec.input.height);
  reader.get(spec.input.width);
  constexpr std::size_t kMinLayer = 78;  // bytes of a layer without a name in the oldest version
  spec.layers.resize(reader.count(kMinLayer));
  for (LayerSpec& layer : spec.layers) {
    visit_layer(layer, version, [&](auto& field) { reader.get(field); });
    reader.get(layer.from);
  }
}

std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  Fnv1a hash;
  hash.add(bytes);
  return hash.value();
}

struct Payload {
  std::uint32_t version = 0;
  std::span<const std::uint8_t> bytes;
};

/// Checks magic, version, length and checksum.
Payload payload_of(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeader + kTrailer ||
      !std::ranges::equal(bytes.first(kMagic.size()), kMagic)) {
    fail("[checkpoint] expected a TinyCNN checkpoint, got ", bytes.size(),
         " bytes that do not start like one");
  }
  std::uint32_t version = 0;
  std::uint64_t length = 0;
  Reader header(bytes.subspan(kMagic.size()));
  header.get(version);
  header.get(length);
  if (version < kOldestVersion || version > kVersion) {
    fail("[checkpoint] expected version ", kOldestVersion, " to ", kVersion, ", got version ",
         version);
  }
  if (length != bytes.size() - kHeader - kTrailer) {
    fail("[checkpoint] expected ", length, " bytes between header and checksum, got ",
         bytes.size() - kHeader - kTrailer, ": the file is cut short or too long");
  }
  const auto payload = bytes.subspan(kHeader, static_cast<std::size_t>(length));
  std::uint64_t checksum = 0;
  Reader(bytes.last(kTrailer)).get(checksum);
  if (checksum != hash_of(payload)) {
    fail("[checkpoint] the checksum does not match: the file is damaged");
  }
  return {version, payload};
}

}  // namespace

std::vector<std::uint8_t> encode(const Checkpoint& checkpoint) {
  Writer payload;
  put_spec(payload, checkpoint.spec);
  payload.put(checkpoint.options.class_names);
  visit_options(checkpoint.options, kVersion, [&](const auto& field) { payload.put(field); });
  payload.put(checkpoint.step);
  payload.put(checkpoint.parameters);
  payload.put(checkpoint.optimizer_state);
  payload.put(checkpoint.average);
  visit_pruning(checkpoint.pruning, [&](const auto& field) { payload.put(field); });

  Writer header;
  header.put(kVersion);
  header.put(static_cast<std::uint64_t>(payload.bytes().size()));
  Writer trailer;
  trailer.put(hash_of(payload.bytes()));
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  for (const Writer* part : {&header, &payload, &trailer}) {
    bytes.insert(bytes.end(), part->bytes().begin(), part->bytes().end());
  }
  return bytes;
}

Checkpoint decode_checkpoint(std::span<const std::uint8_t> bytes) {
  const Payload payload = payload_of(bytes);
  Reader reader(payload.bytes);
  Checkpoint checkpoint;
  get_spec(reader, payload.version, checkpoint.spec);
  if (payload.version >= kNamesVersion) {
    reader.get(checkpoint.options.class_names);
  }
  visit_options(checkpoint.options, payload.version, [&](auto& field) { reader.get(field); });
  reader.get(checkpoint.step);
  reader.get(checkpoint.parameters);
  reader.get(checkpoint.optimizer_state);
  reader.get(checkpoint.average);
  if (payload.version >= kPruningVersion) {
    visit_pruning(checkpoint.pruning, [&](auto& field) { reader.get(field); });
  }
  reader.require_end();
  if (checkpoint.step < 0 || checkpoint.step > kMaxStep) {
    fail("[checkpoint] expected a step from 0 to ", kMaxStep, ", got ", checkpoint.step);
  }
  return checkpoint;
}

}  // namespace tinycnn
