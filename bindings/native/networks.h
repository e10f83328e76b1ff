// SPDX-License-Identifier: MIT
// Networks from files: runs of the command, the page or the package, and files of other programs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "tinycnn/model_import.h"
#include "tinycnn/thread_pool.h"
#include "tinycnn/trainer.h"

namespace tinycnn::command {

/// As many threads as --threads asks for; by default one for each core, at most 4.
std::unique_ptr<ThreadPool> make_threads(const Arguments& given);

/// A network of a file, as it was saved; of other programs' files with its weights alone.
struct OpenedNetwork {
  std::unique_ptr<Trainer> trainer;
  std::optional<ImportedModel> imported;  ///< unless the file is a run
};
OpenedNetwork open_network(const std::string& path, Executor& executor,
                           const ImportOptions& options = {});

/// Whether bytes begin as a run that was saved.
bool is_run(const std::vector<std::uint8_t>& bytes);

/// A run that was saved. Throws Failure, which names the file, where it is damaged.
std::unique_ptr<Trainer> open_run(const std::string& path, const std::vector<std::uint8_t>& bytes,
                                  Executor& executor);

std::vector<std::string> zoo_ids();

/// An id of the zoo, or a spec from a JSON file.
ModelSpec read_spec(const std::string& name);

/// Throws Failure unless the network reads images of 28x28, grey.
void require_readable(const ModelSpec& spec, const std::string& name);

/// The names of its classes; numbers where it has none.
std::vector<std::string> class_names(const Trainer& trainer);

/// The hash that names weights on the page and in links: of those that predict.
std::string weights_of(Trainer& trainer);

/// --data. Throws UsageError that asks `why` where it is missing.
std::vector<std::string> require_data(const Arguments& given, const std::string& why);

}  // namespace tinycnn::command
