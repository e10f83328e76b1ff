# SPDX-License-Identifier: MIT
# Kernels for SSE2 and AVX2 in one library of x86-64, of which the processor's own are chosen when a program starts. No source knows of it:
# the folder kernels is compiled twice and each result joined into one object file, in which all is local but the functions that the
# kernels' headers declare, so that no inline function of the one can be taken for that of the other. Their names get an ending, and under the
# plain name stands an indirect function (STT_GNU_IFUNC), which the C library resolves to one of the two.
# The file is included by core/CMakeLists.txt, and run as a script by the build.

if(CMAKE_SCRIPT_MODE_FILE)
  # NM, OBJCOPY, FOLDER: makes of kernels.sse2.o and kernels.avx2.o in FOLDER those that are linked, and dispatch.cpp.
  foreach(variant sse2 avx2)
    execute_process(COMMAND ${NM} --defined-only --extern-only --format=posix ${FOLDER}/kernels.${variant}.o
      OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[^ \n]+ T " functions "${symbols}")
    list(TRANSFORM functions REPLACE " T $" "")
    list(SORT functions)
    list(JOIN functions ".${variant}\n" kept)
    file(WRITE ${FOLDER}/${variant}.kept "${kept}.${variant}\n")
    set(renamed)
    foreach(function IN LISTS functions)
      string(APPEND renamed "${function} ${function}.${variant}\n")
    endforeach()
    file(WRITE ${FOLDER}/${variant}.renamed "${renamed}")
    set(joined ${FOLDER}/kernels.${variant}.o)
    set(linked ${FOLDER}/linked.${variant}.o)
    execute_process(COMMAND ${OBJCOPY} --redefine-syms=${FOLDER}/${variant}.renamed ${joined} ${linked} COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${OBJCOPY} --keep-global-symbols=${FOLDER}/${variant}.kept ${linked} COMMAND_ERROR_IS_FATAL ANY)
    set(functions_${variant} ${functions})
  endforeach()
  if(NOT functions_sse2 STREQUAL functions_avx2 OR NOT functions_sse2)
    message(FATAL_ERROR "expected the same kernels for SSE2 and AVX2")
  endif()
  set(stubs)
  foreach(function IN LISTS functions_sse2)
    string(APPEND stubs "CHOICE(\"${function}\");\n")
  endforeach()
  file(WRITE ${FOLDER}/dispatch.cpp "// SPDX-License-Identifier: MIT
// Written by core/dispatch.cmake: which of two kernels each name stands for.
extern \"C\" __attribute__((visibility(\"hidden\"))) void* tinycnn_choose(void* sse2, void* avx2) {
  __builtin_cpu_init();
  return __builtin_cpu_supports(\"avx2\") ? avx2 : sse2;
}

#define CHOICE(name)                                    \\
  asm(\".text\\n\"                                       \\
      \".globl \" name \"\\n\"                             \\
      \".type \" name \", @gnu_indirect_function\\n\"      \\
      name \":\\n\"                                      \\
      \"  leaq \" name \".sse2(%rip), %rdi\\n\"            \\
      \"  leaq \" name \".avx2(%rip), %rsi\\n\"            \\
      \"  jmp tinycnn_choose\\n\"                        \\
      \".size \" name \", . - \" name \"\\n\")

${stubs}")
  return()
endif()

# dispatch_kernels(LIBRARY FILE ...): adds these kernels to a library, compiled for SSE2 and for AVX2.
function(dispatch_kernels library)
  find_program(TINYCNN_LD NAMES ld.bfd ld REQUIRED)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/dispatch)
  file(MAKE_DIRECTORY ${folder})
  foreach(variant sse2 avx2)
    set(objects ${library}_${variant})
    add_library(${objects} OBJECT ${ARGN})
    target_include_directories(${objects} PRIVATE include ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${objects} PRIVATE tinycnn_xsimd tinycnn_options)
    if(variant STREQUAL avx2)
      target_compile_options(${objects} PRIVATE -mavx2)
    endif()
    if(TINYCNN_PCH)
      target_precompile_headers(${objects} PRIVATE ${tinycnn_standard_headers} ${CMAKE_CURRENT_SOURCE_DIR}/kernels/xsimd.h)
    endif()
    set(compiled $<FILTER:$<TARGET_OBJECTS:${objects}>,EXCLUDE,cmake_pch>)
    add_custom_command(OUTPUT ${folder}/kernels.${variant}.o
      COMMAND ${TINYCNN_LD} -r --force-group-allocation -o ${folder}/kernels.${variant}.o ${compiled}
      DEPENDS ${objects} ${compiled}
      COMMAND_EXPAND_LISTS VERBATIM)
  endforeach()
  set(linked ${folder}/linked.sse2.o ${folder}/linked.avx2.o)
  add_custom_command(OUTPUT ${linked} ${folder}/dispatch.cpp
    COMMAND ${CMAKE_COMMAND} -D NM=${CMAKE_NM} -D OBJCOPY=${CMAKE_OBJCOPY} -D FOLDER=${folder}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${folder}/kernels.sse2.o ${folder}/kernels.avx2.o ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    VERBATIM)
  set_source_files_properties(${linked} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set_source_files_properties(${folder}/dispatch.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${library} PRIVATE ${linked} ${folder}/dispatch.cpp)
endfunction()
