// SPDX-License-Identifier: MIT
// Reads weights that torch.save wrote: a zip archive with data.pkl, a pickle whose tensors refer to
// the files data/0, data/1, …
#include <algorithm>
#include <array>

#include "formats/element_types.h"
#include "formats/pickle.h"
#include "formats/readers.h"
#include "formats/zip_archive.h"
#include "support/text.h"

namespace tinycnn {
namespace {

using pickle::Id;
using pickle::Value;
using Kind = Value::Kind;

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxTensors = 8192;
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kMaxVisits = std::size_t{1} << 16;

struct StorageType {
  std::string_view name;
  ElementType type;
};
constexpr std::array<StorageType, 10> kStorageTypes{{{"FloatStorage", ElementType::kFloat32},
                                                     {"DoubleStorage", ElementType::kFloat64},
                                                     {"HalfStorage", ElementType::kFloat16},
                                                     {"BFloat16Storage", ElementType::kBFloat16},
                                                     {"LongStorage", ElementType::kInt64},
                                                     {"IntStorage", ElementType::kInt32},
                                                     {"ShortStorage", ElementType::kInt16},
                                                     {"CharStorage", ElementType::kInt8},
                                                     {"ByteStorage", ElementType::kUint8},
                                                     {"BoolStorage", ElementType::kBool}}};

class TorchFile {
 public:
  explicit TorchFile(Bytes bytes) : entries_(read_zip(bytes)), budget_(bytes.size()) {
    const auto is_pickle = [](const ZipEntry& entry) { return entry.name.ends_with("data.pkl"); };
    const auto found = std::ranges::find_if(entries_, is_pickle);
    if (found == entries_.end()) {
      fail("[importModel] expected a zip file of torch.save, with data.pkl in it, got another");
    }
    folder_ = found->name.substr(0, found->name.size() - std::string_view("data.pkl").size());
    if (const ZipEntry* order = entry(concat(folder_, "byteorder"));
        order != nullptr && std::string(order->bytes.begin(), order->bytes.end()) != "little") {
      fail("[importModel] expected numbers in little endian order, got a file of another machine");
    }
    values_ = pickle::read(found->bytes);
  }

  FileContents read() {
    visit(weights(), "", 0);
    return std::move(contents_);
  }

 private:
  [[nodiscard]] const ZipEntry* entry(std::string_view name) const {
    const auto found = std::ranges::find(entries_, name, &ZipEntry::name);
    return found == entries_.end() ? nullptr : &*found;
  }

  /// Every tensor in containers, called by the keys on the way to it.
  void visit(Id id, const std::string& name, int depth) {  // NOLINT(misc-no-recursion)
    const Value& value = values_[id];
    if (depth > kMaxDepth || ++visits_ > kMaxVisits) {
      fail("[importModel] expected weights in at most ", kMaxDepth,
           " levels of containers, got more");
    }
    const auto below = [&](std::string_view key) {
      return name.empty() ? std::string(key) : concat(name, ".", key);
    };
    if (value.kind == Kind::kTensor) {
      add_tensor(value, name);
    } else if (value.kind == Kind::kMapping) {
      for (const auto& [key, each] : value.entries) {
        const Value& label = values_[key];
        visit(each, below(label.kind == Kind::kText ? label.text : concat(label.integer)),
              depth + 1);
      }
    } else if (value.kind == Kind::kSequence) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        visit(value.items[i], below(concat(i)), depth + 1);
      }
    }
  }

  void add_tensor(const Value& tensor, const std::string& name) {
    const Value& storage = values_[tensor.storage];
    const auto* type =
        std::ranges::find(kStorageTypes, std::string_view(storage.name), &StorageType::name);
    if (type == kStorageTypes.end()) {
      fail("[importModel] expected numbers in ", name, ", got a ", storage.name);
    }
    const ZipEntry* file = entry(concat(folder_, "data/", storage.text));
    if (file == nullptr) {
      fail("[importModel] expected the values of ", name, " in the file data/", storage.text,
           ", which is missing");
    }
    const std::size_t width = size_of(type->type);
    const std::size_t count = file->bytes.size() / width;
    NamedTensor& added = contents_.tensors.emplace_back();
    added.name = name;
    const std::vector<std::size_t> places = places_of(tensor, name, count);
    if (contents_.tensors.size() > kMaxTensors) {
      fail("[importModel] expected at most ", kMaxTensors, " tensors, got more");
    }
    std::vector<std::uint8_t> bytes(places.size() * width);
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::ranges::copy(file->bytes.subspan(places[i] * width, width),
                        bytes.begin() + static_cast<std::ptrdiff_t>(i * width));
    }
    added.shape.assign(tensor.shape.begin(), tensor.shape.end());
    added.data = floats_of(type->type, bytes);
  }

  /// Where each element lies in its storage of `count` elements.
  std::vector<std::size_t> places_of(const Value& tensor, const std::string& name,
                                     std::size_t count) {
    const auto refuse = [&] {
      fail("[importModel] expected ", name, " to lie within the ", count,
           " values of its storage: the file is damaged");
    };
    std::size_t size = 1;
    for (const std::int64_t side : tensor.shape) {
      if (side < 0 || side > kMaxParameters) {
        refuse();
      }
      size = saturating_product({size, static_cast<std::uint64_t>(side)});
    }
    if (size > count || size > budget_ || tensor.strides.size() != tensor.shape.size() ||
        tensor.shape.size() > kMaxDimensions) {
      refuse();
    }
    if (size == 0) {
      return {};
    }
    budget_ -= size;
    std::vector<std::size_t> places{0};
    for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
      const auto side = static_cast<std::uint64_t>(tensor.shape[axis]);
      const std::int64_t stride = tensor.strides[axis];
      if (stride < 0 || stride > static_cast<std::int64_t>(count)) {
        refuse();
      }
      std::vector<std::size_t> longer;
      for (const std::size_t place : places) {
        for (std::uint64_t i = 0; i < side; ++i) {
          longer.push_back(place +
                           static_cast<std::size_t>(i * static_cast<std::uint64_t>(stride)));
        }
      }
      places = std::move(longer);
    }
    for (std::size_t& place : places) {
      if (tensor.offset < 0 || place >= count ||
          static_cast<std::uint64_t>(tensor.offset) >= count - place) {
        refuse();
      }
      place += static_cast<std::size_t>(tensor.offset);
    }
    return places;
  }

  /// A file of a training run has its weights under one of these keys, beside an optimizer's state.
  Id weights() {
    for (const std::string_view key : {"state_dict", "model_state_dict", "model"}) {
      for (const auto& [label, value] : values_[values_.root].entries) {
        if (values_[label].text == key && values_[value].kind == Kind::kMapping) {
          contents_.notes.push_back(concat("The weights are those under '", key, "'."));
          return value;
        }
      }
    }
    return values_.root;
  }

  std::vector<ZipEntry> entries_;
  std::string folder_;
  pickle::Values values_;
  std::size_t visits_ = 0;
  std::size_t budget_;  // values that may still be read: a byte is the smallest
  FileContents contents_;
};

}  // namespace

FileContents read_torch_file(Bytes bytes) { return TorchFile(bytes).read(); }

}  // namespace tinycnn
