# SPDX-License-Identifier: Apache-2.0
#
# What libfidelia.so shows: every function that capi/fidelia.h declares, and nothing else. From the header
# come the list of symbols (FOLDER/symbols.txt, for the test) and the linker's map (FOLDER/fidelia.map).

# The soname counts binary breaks only, and the header declares it. 0 says that the ABI may still change at
# any commit; the first release sets it to 1.
function(fidelia_read_abi_major header result)
  file(STRINGS "${header}" line REGEX "^#define FIDELIA_ABI_MAJOR [0-9]+")
  if(NOT line MATCHES "MAJOR ([0-9]+)")
    message(FATAL_ERROR "${header} does not define FIDELIA_ABI_MAJOR")
  endif()
  set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

function(fidelia_write_exports header folder)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
  file(READ "${header}" text)
  # Brackets and semicolons have a meaning of their own in CMake's lists.
  string(REGEX REPLACE "[][;]" " " text "${text}")
  string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" " " text "${text}")
  string(REGEX REPLACE "\\\\\n" " " text "${text}")
  string(REGEX REPLACE "(^|\n)[ \t]*#[^\n]*" "\n" text "${text}")
  # `name (` declares; `(*name)(` is a type of a hook and has no such form.
  string(REGEX MATCHALL "fidelia_[a-z0-9_]+[ \t\n]*\\(" found "${text}")
  set(names)
  foreach(match IN LISTS found)
    string(REGEX REPLACE "[ \t\n(]" "" name "${match}")
    list(APPEND names "${name}")
  endforeach()
  list(REMOVE_DUPLICATES names)
  list(SORT names)
  if(NOT names)
    message(FATAL_ERROR "No function found in ${header}")
  endif()
  list(JOIN names "\n" symbols)
  list(JOIN names ";\n    " globals)
  file(CONFIGURE OUTPUT "${folder}/symbols.txt" CONTENT "@symbols@\n" @ONLY)
  file(CONFIGURE OUTPUT "${folder}/fidelia.map"
       CONTENT "FIDELIA_${FIDELIA_ABI_MAJOR} {\n  global:\n    @globals@;\n  local:\n    *;\n};\n" @ONLY)
endfunction()
