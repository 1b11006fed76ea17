# SPDX-License-Identifier: Apache-2.0
#
# Compiler settings. `fidelia_private` carries what every source of ours needs: language level, warnings,
# arithmetic and private include folders. Nothing of it reaches a consumer.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release)
endif()

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(FIDELIA_CCACHE ccache)
  if(FIDELIA_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER "${FIDELIA_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${FIDELIA_CCACHE}")
  endif()
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

# Sanitizers change the layout of Abseil's and the standard library's types: everything in a build tree
# is compiled with the same ones.
if(FIDELIA_SANITIZE)
  add_compile_options(-fsanitize=${FIDELIA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FIDELIA_SANITIZE})
  find_program(FIDELIA_LLD NAMES ld.lld-19)
  if(FIDELIA_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # a tenth of the time of ld
    add_link_options("-fuse-ld=${FIDELIA_LLD}")
  endif()
endif()
if(FIDELIA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(FIDELIA_X86 ON)
else()
  set(FIDELIA_X86 OFF)
endif()

add_library(fidelia_private INTERFACE)
target_compile_features(fidelia_private INTERFACE cxx_std_20)
target_include_directories(fidelia_private INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
# The same bits on every machine: no contraction of a*b+c, no errno from the mathematical functions (which
# would forbid vectors), and `#pragma omp simd` without any OpenMP runtime.
target_compile_options(
  fidelia_private INTERFACE -ffp-contract=off -fno-math-errno -fopenmp-simd -ffunction-sections
                            -fdata-sections)
if(FIDELIA_X86)
  target_compile_definitions(fidelia_private INTERFACE FIDELIA_X86=1)
endif()
if(FIDELIA_WARNINGS)
  target_compile_options(fidelia_private INTERFACE -Wall -Wextra -Wpedantic
                         $<$<COMPILE_LANGUAGE:CXX>:-Wconversion> -Wshadow -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports overlaps inside std::string that are not there (its bug 105651), and what its flow
    # analysis believes changes with the level of optimisation: shown, but no reason to stop.
    target_compile_options(
      fidelia_private INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict> -Wno-error=maybe-uninitialized
                                -Wno-error=array-bounds -Wno-error=stringop-overflow
                                -Wno-error=stringop-overread)
  else()
    # A loop that Clang could not vectorise is slower, not wrong. And libstdc++ 12's own std::stable_sort
    # calls a function that it declares deprecated.
    target_compile_options(fidelia_private INTERFACE -Wno-error=pass-failed -Wno-deprecated-declarations)
  endif()
endif()

# For code that runs once and is compiled often: tests, and rooms that write text. There the optimiser takes
# half of the compilation (and under a sanitizer more) and gains nothing that a clock shows.
if(FIDELIA_SANITIZE)
  set(FIDELIA_COLD_CODE -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(FIDELIA_COLD_CODE -O1)
endif()

# The sanitizer builds parse the widest headers once. Only these: the other builds show a header that a
# source uses and does not include, and share what they compile through ccache.
function(fidelia_precompile target)
  if(FIDELIA_SANITIZE)
    target_precompile_headers(
      ${target} PRIVATE <algorithm> <array> <charconv> <cmath> <functional> <map> <memory> <memory_resource>
      <optional> <random> <span> <string> <vector> <nlohmann/json.hpp> ${ARGN})
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()
