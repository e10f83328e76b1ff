// SPDX-License-Identifier: MIT
// One function per format, which import_model chooses from. Each throws Error for what it cannot
// read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/model_import.h"

namespace tinycnn {

using Bytes = std::span<const std::uint8_t>;

/// What a file holds, as far as it says so.
struct FileContents {
  std::optional<ModelSpec> spec{};
  std::vector<NamedTensor> tensors{};  ///< in the order of the file
  std::vector<std::string> class_names{};
  std::optional<Normalization> normalization{};
  TrainerOptions options{};  ///< the recipe of a checkpoint
  std::int64_t step = 0;
  std::vector<std::string> notes{};
};

FileContents read_onnx(Bytes bytes, const ImportOptions& options);
FileContents read_safetensors(Bytes bytes);
FileContents read_torch_file(Bytes bytes);
FileContents read_json(Bytes bytes);
FileContents read_checkpoint(Bytes bytes);

}  // namespace tinycnn
