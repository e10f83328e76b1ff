// SPDX-License-Identifier: MIT
// Channel pruning, in the module of formats: it makes a network of a checkpoint. The only caller is
// bindings/src/prune.ts.
#include <emscripten/emscripten.h>

#include "network_result.h"
#include "tinycnn/channel_pruning.h"
#include "tinycnn/checkpoint.h"

namespace tinycnn::bindings {

extern "C" {

/// checkpoint: as session.save() gives it. The result is a network with the JSON of pruned_json.
EMSCRIPTEN_KEEPALIVE int prune_channels(const std::uint8_t* checkpoint, std::size_t size,
                                        double sparsity) {
  return guarded("prune", [&] {
    const TrainedModel model = trained_model(decode_checkpoint(std::span(checkpoint, size)));
    const PrunedNetwork pruned = tinycnn::prune_channels(model, sparsity);
    set_network(pruned_json(pruned), pruned.model.parameters);
  });
}

}  // extern "C"
}  // namespace tinycnn::bindings
