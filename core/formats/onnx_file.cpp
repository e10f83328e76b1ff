// SPDX-License-Identifier: MIT
#include "formats/onnx_file.h"

#include "formats/element_types.h"
#include "formats/onnx_schema.h"
#include "formats/protobuf_reader.h"
#include "tinycnn/shape.h"

namespace tinycnn::onnx {
namespace {

constexpr std::size_t kMaxNodes = 20'000;

/// What a tensor's message holds; values are in one of the arrays.
struct TensorParts {
  std::string name;
  Sizes dims;
  std::int64_t type = 0;
  std::optional<std::span<const std::uint8_t>> raw;
  std::vector<std::uint8_t> floats;
  std::vector<std::uint8_t> doubles;
  Sizes integers;  // of up to 32 bits, or of 64
};

/// TensorProto.DataType
ElementType element_type(const TensorParts& parts) {
  switch (parts.type) {
    case 1:
      return ElementType::kFloat32;
    case 2:
      return ElementType::kUint8;
    case 3:
      return ElementType::kInt8;
    case 4:
      return ElementType::kUint16;
    case 5:
      return ElementType::kInt16;
    case 6:
      return ElementType::kInt32;
    case 7:
      return ElementType::kInt64;
    case 9:
      return ElementType::kBool;
    case 10:
      return ElementType::kFloat16;
    case 11:
      return ElementType::kFloat64;
    case 16:
      return ElementType::kBFloat16;
    default:
      fail("[importModel] expected floating-point numbers or integers in the tensor '", parts.name,
           "', got ONNX's type ", parts.type);
  }
}

/// Numbers of 16 bits stand in int32_data as their bits.
std::vector<float> floats_of_bits(ElementType type, const Sizes& integers) {
  std::vector<std::uint8_t> bytes;
  for (const std::int64_t bits : integers) {
    bytes.push_back(static_cast<std::uint8_t>(bits));
    bytes.push_back(static_cast<std::uint8_t>(bits >> 8));
  }
  return floats_of(type, bytes);
}

std::shared_ptr<Constant> constant_of(TensorParts parts) {
  auto constant = std::make_shared<Constant>();
  const ElementType type = element_type(parts);
  constant->is_integer = is_integer(type);
  constant->is_unsigned = type == ElementType::kUint8;
  if (parts.raw) {
    if (parts.raw->size() % size_of(type) != 0) {
      fail("[importModel] expected whole numbers of ", size_of(type), " bytes in the tensor '",
           parts.name, "', got ", parts.raw->size(), " bytes");
    }
    if (constant->is_integer) {
      constant->integers = integers_of(type, *parts.raw);
    } else {
      constant->reals = floats_of(type, *parts.raw);
    }
  } else if (constant->is_integer) {
    constant->integers = std::move(parts.integers);
  } else if (size_of(type) == 2) {
    constant->reals = floats_of_bits(type, parts.integers);
  } else {
    constant->reals = floats_of(type, type == ElementType::kFloat64 ? parts.doubles : parts.floats);
  }
  std::size_t size = 1;
  for (const std::int64_t side : parts.dims) {
    size = saturating_product({size, static_cast<std::uint64_t>(side < 0 ? -1 : side)});
  }
  if (size != constant->size()) {
    fail("[importModel] expected as many values in the tensor '", parts.name,
         "' as its sizes say, got ", constant->size(), ": the file is damaged");
  }
  constant->dims = std::move(parts.dims);
  return constant;
}

TensorParts read_tensor(ProtobufReader reader) {
  TensorParts parts;
  while (reader.next()) {
    switch (reader.field()) {
      case tensor::kDims:
        reader.append_integers(parts.dims);
        break;
      case tensor::kDataType:
        parts.type = reader.integer();
        break;
      case tensor::kName:
        parts.name = reader.text();
        break;
      case tensor::kFloatData:
        reader.append_fixed(parts.floats, sizeof(float));
        break;
      case tensor::kDoubleData:
        reader.append_fixed(parts.doubles, sizeof(double));
        break;
      case tensor::kInt32Data:
      case tensor::kInt64Data:
        reader.append_integers(parts.integers);
        break;
      case tensor::kRawData:
        parts.raw = reader.bytes();
        break;
      case tensor::kDataLocation:
        if (reader.integer() != 0) {
          fail(
              "[importModel] expected the weights in the file itself, got an ONNX file that keeps "
              "the tensor '",
              parts.name, "' in another: save it with save_as_external_data=False");
        }
        break;
      default:
        break;
    }
  }
  return parts;
}

void read_attribute(ProtobufReader reader, Node& node) {
  std::string name;
  Attribute attribute;
  while (reader.next()) {
    switch (reader.field()) {
      case attribute::kName:
        name = reader.text();
        break;
      case attribute::kFloat:
        attribute.real = reader.real();
        break;
      case attribute::kInt:
        attribute.integer = reader.integer();
        break;
      case attribute::kText:
        attribute.text = reader.text();
        break;
      case attribute::kTensor:
        attribute.tensor = constant_of(read_tensor(reader.message()));
        break;
      case attribute::kInts:
        reader.append_integers(attribute.integers);
        break;
      case attribute::kFloats: {
        std::vector<std::uint8_t> bytes;
        reader.append_fixed(bytes, sizeof(float));
        const std::vector<float> reals = floats_of(ElementType::kFloat32, bytes);
        attribute.reals.insert(attribute.reals.end(), reals.begin(), reals.end());
        break;
      }
      default:
        break;
    }
  }
  node.attributes[name] = std::move(attribute);
}

Node read_node(ProtobufReader reader) {
  Node result;
  while (reader.next()) {
    switch (reader.field()) {
      case node::kInput:
        result.inputs.push_back(reader.text());
        break;
      case node::kOutput:
        result.outputs.push_back(reader.text());
        break;
      case node::kName:
        result.name = reader.text();
        break;
      case node::kOpType:
        result.op = reader.text();
        break;
      case node::kDomain:
        result.domain = reader.text();
        break;
      case node::kAttribute:
        read_attribute(reader.message(), result);
        break;
      default:
        break;
    }
  }
  return result;
}

std::int64_t read_dim(ProtobufReader reader) {
  std::int64_t dim = ValueInfo::kFree;
  while (reader.next()) {
    if (reader.field() == type::kDimValue) {
      dim = reader.integer() > 0 ? reader.integer() : ValueInfo::kFree;
    }
  }
  return dim;
}

/// The message at the first field of this number; an empty one if there is none.
ProtobufReader descend(ProtobufReader reader, int field) {
  while (reader.next()) {
    if (reader.field() == field) {
      return reader.message();
    }
  }
  return ProtobufReader({});
}

ValueInfo read_value(ProtobufReader reader) {
  ValueInfo info;
  while (reader.next()) {
    if (reader.field() == value_info::kName) {
      info.name = reader.text();
    } else if (reader.field() == value_info::kType) {
      ProtobufReader shape = descend(descend(reader.message(), type::kTensor), type::kShape);
      while (shape.next()) {
        if (shape.field() == type::kDim) {
          info.dims.push_back(read_dim(shape.message()));
        }
      }
    }
  }
  return info;
}

void read_graph(ProtobufReader reader, File& file) {
  while (reader.next()) {
    switch (reader.field()) {
      case graph::kNode:
        file.nodes.push_back(read_node(reader.message()));
        if (file.nodes.size() > kMaxNodes) {
          fail("[importModel] expected at most ", kMaxNodes, " nodes, got more");
        }
        break;
      case graph::kName:
        file.name = reader.text();
        break;
      case graph::kInitializer: {
        TensorParts parts = read_tensor(reader.message());
        const std::string name = parts.name;
        file.initializers[name] = constant_of(std::move(parts));
        break;
      }
      case graph::kInput:
        file.inputs.push_back(read_value(reader.message()));
        break;
      case graph::kOutput:
        file.outputs.push_back(read_value(reader.message()));
        break;
      default:
        break;
    }
  }
}

void read_opset(ProtobufReader reader, File& file) {
  std::string domain;
  std::int64_t version = 0;
  while (reader.next()) {
    if (reader.field() == opset::kDomain) {
      domain = reader.text();
    } else if (reader.field() == opset::kVersion) {
      version = reader.integer();
    }
  }
  if (domain.empty() || domain == "ai.onnx") {
    file.opset = version;
  }
}

void read_entry(ProtobufReader reader, File& file) {
  std::string key;
  std::string value;
  while (reader.next()) {
    if (reader.field() == entry::kKey) {
      key = reader.text();
    } else if (reader.field() == entry::kValue) {
      value = reader.text();
    }
  }
  file.metadata[key] = std::move(value);
}

}  // namespace

const Attribute* Node::find(std::string_view attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? nullptr : &found->second;
}
std::int64_t Node::integer(std::string_view attribute, std::int64_t otherwise) const {
  const Attribute* found = find(attribute);
  return found == nullptr ? otherwise : found->integer;
}
float Node::real(std::string_view attribute, float otherwise) const {
  const Attribute* found = find(attribute);
  return found == nullptr ? otherwise : found->real;
}
Sizes Node::integers(std::string_view attribute, const Sizes& otherwise) const {
  const Attribute* found = find(attribute);
  return found == nullptr ? otherwise : found->integers;
}
std::string Node::text(std::string_view attribute, std::string_view otherwise) const {
  const Attribute* found = find(attribute);
  return found == nullptr ? std::string(otherwise) : found->text;
}

File read_file(std::span<const std::uint8_t> bytes) {
  File file;
  ProtobufReader reader(bytes);
  while (reader.next()) {
    switch (reader.field()) {
      case model::kProducerName:
        file.producer = reader.text();
        break;
      case model::kGraph:
        read_graph(reader.message(), file);
        break;
      case model::kOpsetImport:
        read_opset(reader.message(), file);
        break;
      case model::kMetadataProps:
        read_entry(reader.message(), file);
        break;
      default:
        break;
    }
  }
  return file;
}

std::string title(const Node& node) {
  constexpr std::size_t kMaxShown = 80;
  const std::string& name =
      node.name.empty() && !node.outputs.empty() ? node.outputs.front() : node.name;
  return concat(node.op.substr(0, kMaxShown), " '", name.substr(0, kMaxShown), "'");
}

std::string where(const Node& node) { return concat("[importModel: ", title(node), "] "); }

}  // namespace tinycnn::onnx
