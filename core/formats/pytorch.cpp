// SPDX-License-Identifier: MIT
// A PyTorch module as Python source text: the layers in __init__, the graph in forward, and load,
// which reads the safetensors file with nothing but Python's own libraries.
#include "formats/identifiers.h"
#include "formats/json_writer.h"
#include "formats/shortest_decimal.h"
#include "formats/writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::string_view kImports = R"(import json
import struct

import torch
import torch.nn.functional as F
from torch import nn

)";

constexpr std::string_view kLoad = R"(

def load(file):
    """The network with the weights of a safetensors file, ready to predict."""
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
        data = bytearray(stream.read())
    weights = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        layer, _, kind = name.rpartition(".")
        begin, end = tensor["data_offsets"]
        values = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(tensor["shape"])
        weights[f"{ATTRIBUTES[layer]}.{kind}"] = values
    network = Network()
    network.load_state_dict(weights)
    return network.eval()
)";

/// What a layer cannot be called in Python: keywords, the names that the module uses, and the
/// attributes of torch.nn.Module.
constexpr std::string_view kReserved =
    "x pixels self json struct torch nn F "
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield "
    "add_module apply bfloat16 buffers call_super_init children compile cpu cuda double "
    "dump_patches "
    "eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu "
    "load_state_dict modules mtia named_buffers named_children named_modules named_parameters "
    "parameters register_backward_hook register_buffer register_forward_hook "
    "register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook "
    "register_load_state_dict_post_hook register_module register_parameter "
    "register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory "
    "state_dict T_destination to to_empty train training type xpu zero_grad";

std::string number(double value) {
  std::string text;
  append_shortest(text, value);
  return text;
}
std::string pair(const Size2d& size) { return concat("(", size.height, ", ", size.width, ")"); }
const char* boolean(bool value) { return value ? "True" : "False"; }
std::string quoted(std::string_view text) {
  std::string result;
  append_quoted(result, text);
  return result;
}

/// The call that makes the module of a layer with parameters; empty for other layers.
std::string module_of(const LayerSummary& layer) {
  const LayerSpec& spec = layer.spec;
  switch (spec.type) {
    case LayerType::kConv2d:
      return concat("nn.Conv2d(", layer.input.channels, ", ", spec.out_channels, ", ",
                    pair(spec.kernel_size), ", stride=", pair(spec.stride),
                    ", padding=", pair(spec.padding),
                    spec.dilation == Size2d{1, 1} ? std::string()
                                                  : concat(", dilation=", pair(spec.dilation)),
                    ", groups=", spec.groups, ", bias=", boolean(spec.bias), ")");
    case LayerType::kLinear:
      return concat("nn.Linear(", layer.input.channels, ", ", spec.out_features,
                    ", bias=", boolean(spec.bias), ")");
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
      return concat("nn.BatchNorm", spec.type == LayerType::kBatchNorm2d ? "2d(" : "1d(",
                    layer.input.channels, ", eps=", number(spec.eps),
                    ", momentum=", number(spec.momentum), ")");
    default:
      return {};
  }
}

std::string pool(const char* function, const std::string& x, const LayerSpec& spec) {
  return concat(function, "(", x, ", ", pair(spec.kernel_size), ", ", pair(spec.stride), ", ",
                pair(spec.padding), ")");
}

std::string join(std::span<const std::string> inputs, std::string_view separator) {
  std::string text;
  for (const std::string& input : inputs) {
    text += concat(text.empty() ? std::string_view{} : separator, input);
  }
  return text;
}

/// The expression of a layer without parameters.
std::string expression_of(const LayerSpec& spec, std::span<const std::string> inputs) {
  const std::string& x = inputs.front();
  switch (spec.type) {
    case LayerType::kReLU:
      return concat("torch.relu(", x, ")");
    case LayerType::kZeroPad2d: {
      const Sides2d& sides = spec.sides;
      return concat("F.pad(", x, ", (", sides.left, ", ", sides.right, ", ", sides.top, ", ",
                    sides.bottom, "))");
    }
    case LayerType::kReLU6:
      return concat("F.relu6(", x, ")");
    case LayerType::kMaxPool2d:
      return pool("F.max_pool2d", x, spec);
    case LayerType::kAvgPool2d:
      return pool("F.avg_pool2d", x, spec);
    case LayerType::kGlobalAvgPool2d:
      return concat("F.adaptive_avg_pool2d(", x, ", 1)");
    case LayerType::kFlatten:
      return concat("torch.flatten(", x, ", 1)");
    case LayerType::kDropout:
      return concat("F.dropout(", x, ", ", number(spec.p), ", self.training)");
    case LayerType::kDropout2d:
      return concat("F.dropout2d(", x, ", ", number(spec.p), ", self.training)");
    case LayerType::kAdd:
      return join(inputs, " + ");
    case LayerType::kMultiply:
      return join(inputs, " * ");
    case LayerType::kConcat:
      return concat("torch.cat([", join(inputs, ", "), "], 1)");
    case LayerType::kLeakyReLU:
      return concat("F.leaky_relu(", x, ", ", number(spec.negative_slope), ")");
    case LayerType::kSigmoid:
      return concat("torch.sigmoid(", x, ")");
    case LayerType::kTanh:
      return concat("torch.tanh(", x, ")");
    case LayerType::kSiLU:
      return concat("F.silu(", x, ")");
    case LayerType::kGELU:
      return concat("F.gelu(", x, ")");
    case LayerType::kSoftmax:
      return concat("F.softmax(", x, ", 1)");
    case LayerType::kLogSoftmax:
      return concat("F.log_softmax(", x, ", 1)");
    default:
      return x;
  }
}

class PyTorchWriter {
 public:
  explicit PyTorchWriter(const TrainedNetwork& network) : network_(network) {
    UniqueNames names(kReserved);
    for (const LayerSummary& layer : network_.layers()) {
      names_.push_back(names.take(to_identifier(layer.spec.name)));
    }
  }

  std::string write(std::string_view name) {
    write_head(name);
    text_ += kImports;
    write_tables();
    write_init();
    write_forward();
    text_ += kLoad;
    return text_;
  }

 private:
  template <class... Parts>
  void line(const Parts&... parts) {
    (text_ += concat(parts...)) += '\n';
  }

  [[nodiscard]] const std::string& name_of_layer(int index) const {
    return names_[static_cast<std::size_t>(index)];
  }

  void write_head(std::string_view name) {
    const Shape& input = network_.summary().input;
    line("\"\"\"A network trained with TinyCNN, as a PyTorch module.");
    line("");
    line("    network = load(", quoted(concat(to_identifier(name), ".safetensors")), ")");
    line("    scores = network(pixels)");
    line("");
    line("pixels: float32 [N, ", input.channels, ", ", input.height, ", ", input.width,
         "], 0 (background) to 255 (ink); scores: float32 [N, ", network_.summary().classes,
         "], the output of its last layer.");
    line("\"\"\"");
  }

  void write_tables() {
    std::vector<std::string> classes;
    for (const std::string& name : network_.class_names()) {
      classes.push_back(quoted(name));
    }
    line("CLASS_NAMES = [", join(classes, ", "), "]");
    line(
        "# The attributes of Network by the names that their layers have in the safetensors file.");
    line("ATTRIBUTES = {");
    for (const LayerSummary& layer : network_.layers()) {
      if (!layer.parameters.empty()) {
        line("    ", quoted(layer.spec.name), ": ", quoted(name_of_layer(layer.index)), ",");
      }
    }
    line("}");
    line("");
    line("");
  }

  void write_init() {
    line("class Network(nn.Module):");
    line("    def __init__(self):");
    line("        super().__init__()");
    for (const LayerSummary& layer : network_.layers()) {
      if (const std::string module = module_of(layer); !module.empty()) {
        const std::string attribute = concat("        self.", name_of_layer(layer.index));
        line(attribute, " = ", module);
        if (layer.spec.frozen) {
          line(attribute, ".requires_grad_(False)");
        }
      }
    }
    line("");
  }

  /// The variable that holds a layer's output: "x", unless another than the next layer reads it.
  [[nodiscard]] std::string variable_of(int index) const {
    for (const int reader : network_.readers(index)) {
      if (reader != index + 1) {
        return index < 0 ? "pixels" : name_of_layer(index);
      }
    }
    return "x";
  }

  [[nodiscard]] std::string read(int index, Rank rank) const {
    const std::string variable = variable_of(index);
    if (network_.rank_of(index) == rank) {
      return variable;
    }
    return rank == Rank::kVector ? concat("torch.flatten(", variable, ", 1)")
                                 : concat(variable, "[:, :, None, None]");
  }

  void write_forward() {
    const Normalization& normalization = network_.model().options.normalization;
    line("    def forward(self, pixels):");
    line("        ", variable_of(-1), " = (pixels / 255 - ", number(normalization.mean), ") / ",
         number(normalization.std));
    for (const LayerSummary& layer : network_.layers()) {
      std::vector<std::string> inputs;
      for (const int input : layer.inputs) {
        inputs.push_back(read(input, layer.spec.type == LayerType::kFlatten
                                         ? network_.rank_of(input)
                                         : network_.rank_read_by(layer)));
      }
      line("        ", variable_of(layer.index), " = ",
           layer.parameters.empty()
               ? expression_of(layer.spec, inputs)
               : concat("self.", name_of_layer(layer.index), "(", inputs.front(), ")"));
    }
    line("        return ", read(network_.layers().back().index, Rank::kVector));
  }

  const TrainedNetwork& network_;
  std::vector<std::string> names_;  // of the layers, as identifiers
  std::string text_;
};

}  // namespace

std::vector<std::uint8_t> write_pytorch(const TrainedNetwork& network,
                                        const ExportOptions& options) {
  return to_bytes(PyTorchWriter(network).write(options.name));
}

}  // namespace tinycnn
