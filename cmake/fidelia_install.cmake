# SPDX-License-Identifier: Apache-2.0
#
# Install rules: headers, libraries, CMake's package and pkg-config files. Nothing installed names the
# prefix, so that the tree may be moved.
include(CMakePackageConfigHelpers)

set(fidelia_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Fidelia")

install(TARGETS fidelia_cpp EXPORT FideliaTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/fidelia" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        COMPONENT development FILES_MATCHING PATTERN "*.h")
if(TARGET fidelia)
  install(TARGETS fidelia EXPORT FideliaTargets
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT development)
  install(FILES "${PROJECT_SOURCE_DIR}/capi/fidelia.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
          COMPONENT development)
endif()

install(EXPORT FideliaTargets NAMESPACE Fidelia:: DESTINATION "${fidelia_package_dir}"
        COMPONENT development)
configure_package_config_file(cmake/FideliaConfig.cmake.in "${PROJECT_BINARY_DIR}/FideliaConfig.cmake"
                              INSTALL_DESTINATION "${fidelia_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/FideliaConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/FideliaConfig.cmake" "${PROJECT_BINARY_DIR}/FideliaConfigVersion.cmake"
        DESTINATION "${fidelia_package_dir}" COMPONENT development)

# From the folder of the .pc file back to the prefix: "../.." for lib/, one more for lib/x86_64-linux-gnu/.
file(RELATIVE_PATH fidelia_pc_prefix "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" fidelia_pc_prefix "${fidelia_pc_prefix}")
foreach(name fidelia fidelia-cpp)
  if(name STREQUAL "fidelia" AND NOT TARGET fidelia)
    continue()
  endif()
  configure_file(cmake/${name}.pc.in "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
          COMPONENT development)
endforeach()

# Abseil is inside both libraries: its licence goes with them.
set(fidelia_license_dir "${CMAKE_INSTALL_DATADIR}/licenses/fidelia")
if(EXISTS "${PROJECT_SOURCE_DIR}/LICENSE")
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${fidelia_license_dir}" COMPONENT runtime)
endif()
if(EXISTS "${FIDELIA_ABSL_LICENSE}")
  install(FILES "${FIDELIA_ABSL_LICENSE}" DESTINATION "${fidelia_license_dir}" RENAME LICENSE.abseil
          COMPONENT runtime)
endif()
